// The older official SDK against the emulator. It asks for tokens at the host that it has built in, whatever its settings
// say: drop-in.cjs leads it here. It tries again after every refusal: quick.cjs spares us the wait.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import Vipps, { AccessTokenClient, Checkout, EPayment } from "@vippsno/vipps-sdk";

const { VIPPS_BASE_URL, VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET, VIPPS_SUBSCRIPTION_KEY, VIPPS_MSN, VIPPS_PHONE } =
  process.env;
const options = {
  clientId: VIPPS_CLIENT_ID,
  clientSecret: VIPPS_CLIENT_SECRET,
  subscriptionKey: VIPPS_SUBSCRIPTION_KEY,
  merchantSerialNumber: VIPPS_MSN,
  pluginName: "shop",
  useTestMode: true,
};
const { ePayment, checkout } = new Vipps(options);
assert.ok(ePayment instanceof EPayment && checkout instanceof Checkout);

const nok = (value) => ({ currency: "NOK", value });
const customer = { phoneNumber: VIPPS_PHONE };

async function create(value) {
  const reference = randomUUID();
  const created = await ePayment.createPayment({
    amount: nok(value),
    reference,
    paymentMethod: { type: "WALLET" },
    userFlow: "WEB_REDIRECT",
    returnUrl: "https://shop.example.com/return",
    customer,
    paymentDescription: "One pair of socks",
  });
  assert.equal(created.reference, reference);
  assert.ok(created.redirectUrl.startsWith(`${VIPPS_BASE_URL}/`), created.redirectUrl);
  return reference;
}

async function refused(name, call, status, text) {
  await assert.rejects(call, (error) => {
    assert.ok(error.message.includes(`statusCode=${status}`) && error.message.includes(text), error.stack);
    return true;
  });
  console.log(`${name}: refused`);
}

// token
const { clientId, clientSecret, subscriptionKey } = options;
const access = new AccessTokenClient({ clientId, clientSecret, subscriptionKey }, true);
const token = await access.get();
assert.equal(token.split(".").length, 3);
assert.equal(await access.get(), token);
const stranger = new AccessTokenClient({ clientId, clientSecret: "wrong", subscriptionKey }, true);
await refused("token with a wrong secret", stranger.get(), 401, "invalid_client");

// cancelled before approval
const unwanted = await create(100);
const cancelled = await ePayment.cancelPayment(unwanted);
assert.deepEqual([cancelled.reference, cancelled.state], [unwanted, "TERMINATED"]);
const terminated = await ePayment.getPayment(unwanted);
assert.deepEqual([terminated.reference, terminated.state], [unwanted, "TERMINATED"]);
console.log("cancel: ok");

// approved by one request, whose answer has no body
const reference = await create(100);
await refused("capture before approval", ePayment.capturePayment(reference, { modificationAmount: nok(100) }), 400, "6080");
assert.equal(await ePayment.forceApprovePayment(reference, { customer }), null);
console.log("forceApprove: ok");

// captured and refunded
const captured = await ePayment.capturePayment(reference, { modificationAmount: nok(100) });
assert.deepEqual([captured.reference, captured.state, captured.amount], [reference, "AUTHORIZED", nok(100)]);
const refunded = await ePayment.refundPayment(reference, { modificationAmount: nok(100) });
assert.deepEqual([refunded.reference, refunded.state, refunded.amount], [reference, "AUTHORIZED", nok(100)]);
const log = await ePayment.getPaymentEventLog(reference);
assert.deepEqual(
  log.filter(({ success }) => success).map(({ name }) => name),
  ["CREATED", "AUTHORIZED", "CAPTURED", "REFUNDED"],
);
console.log("capture and refund: ok");

await refused("approval again", ePayment.forceApprovePayment(reference, { customer }), 400, "6230");
await refused("unknown reference", ePayment.getPayment("no-such-payment"), 404, "5090");

// a product that is not emulated
const session = { merchantInfo: {}, transaction: { amount: nok(100), reference: randomUUID() } };
await refused("session", checkout.createSession(session), 404, "not found");
await refused("session details", checkout.getSessionDetails("no-such-session"), 404, "not found");

console.log("all steps done");
