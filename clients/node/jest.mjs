import fixtures from "./jest.cjs";

export const { useVipps } = fixtures;
