import {
  PlaywrightTestArgs, PlaywrightTestOptions, PlaywrightWorkerArgs, PlaywrightWorkerOptions, TestType,
} from "@playwright/test";
import { Vipps } from "./index";
import { Server, Settings } from "./server";

export { expect } from "@playwright/test";

/** Playwright's test with a server for each worker, and its client, reset before each test. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & { vipps: Vipps },
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & { vippsSettings: Settings; vippsServer: Server }
>;
