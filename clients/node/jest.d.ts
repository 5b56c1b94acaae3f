import { Vipps } from "./index";
import { Settings } from "./server";

/** A server for the tests of this file, reset before each of them. Its client works inside of tests. */
export function useVipps(settings?: Settings): Vipps;
