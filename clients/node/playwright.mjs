import fixtures from "./playwright.cjs";

export const { expect, test } = fixtures;
