// What TypeScript makes of the package: all of this is right, and what is marked is wrong.
import { ControlError, Vipps, eventName } from "vipps-mockserver";
import type { Payment, WholePayment } from "vipps-mockserver";
import { test } from "vipps-mockserver/playwright";
import { useVipps } from "vipps-mockserver/jest";
import { startServer } from "vipps-mockserver/server";

const vipps: Vipps = new Vipps("http://127.0.0.1:8080", { adminToken: "secret" });
const paid: Payment = await vipps.approve("order-0001", { customer: "4798765432", msn: "123456" });
const amount: number = paid.authorized;
const whole: WholePayment = await vipps.assertPayment("order-0001", { state: "AUTHORIZED", events: ["CREATED"] });
const page: string = whole.landingPage;
const [entry] = await vipps.requests({ operation: "createPayment", limit: 1 });
const status: number = entry.status;
const message: string = new ControlError("").violations.url ?? eventName("captured");
const { url, stop } = await startServer({ tokenClock: "emulator" });
const own: Vipps = useVipps();
test("a test", async ({ page, vipps }) => {
  await page.goto((await vipps.payment("order-0001")).landingPage);
});
// @ts-expect-error: there is no such reason
await vipps.decline("order-0001", { reason: "bad-weather" });
// @ts-expect-error: a state is no number
await vipps.assertPayment("order-0001", { state: 1 });
// @ts-expect-error: there is no such option
await vipps.reset({ everything: true });
console.log(amount, page, status, message, url, stop, own);
