// The payments of the official SDK, or of the version that SDK names, against the emulator. What is loaded before it
// (redirect.mjs, drop-in.cjs) leads its calls there.
import assert from "node:assert/strict";

const { Client } = await import(process.env.SDK ?? "@vippsmobilepay/sdk");

const { VIPPS_BASE_URL, VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET, VIPPS_SUBSCRIPTION_KEY, VIPPS_MSN, VIPPS_PHONE } =
  process.env;

const client = Client({
  merchantSerialNumber: VIPPS_MSN,
  subscriptionKey: VIPPS_SUBSCRIPTION_KEY,
  useTestMode: true,
  retryRequests: false,
});

async function step(name, call) {
  const answer = await call;
  console.log(`${name}: ${answer.ok ? "ok" : "refused"}`);
  return answer;
}

async function good(name, call) {
  const answer = await step(name, call);
  assert.ok(answer.ok, `${name}: ${JSON.stringify(answer.error, Object.getOwnPropertyNames(answer.error ?? {}))}`);
  return answer.data;
}

async function bad(name, call, status, code) {
  const { ok, error } = await step(name, call);
  assert.equal(ok, false, name);
  assert.equal(error.status, status, JSON.stringify(error));
  assert.equal(typeof error.title, "string");
  assert.equal(typeof error.detail, "string");
  assert.match(error.traceId, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  assert.ok(
    error.extraDetails.some(({ name, reason }) => name === "ErrorCode" && reason === code),
    JSON.stringify(error.extraDetails),
  );
}

const nok = (value) => ({ currency: "NOK", value });

function aggregateOf(payment) {
  const { authorizedAmount, capturedAmount, refundedAmount, cancelledAmount } = payment.aggregate;
  return [authorizedAmount, capturedAmount, refundedAmount, cancelledAmount].map(({ currency, value }) => {
    assert.equal(currency, "NOK");
    return value;
  });
}

function order(value) {
  return {
    amount: nok(value),
    paymentMethod: { type: "WALLET" },
    customer: { phoneNumber: VIPPS_PHONE },
    returnUrl: "https://shop.example.com/return",
    userFlow: "WEB_REDIRECT",
    paymentDescription: "One pair of socks",
  };
}

async function createAndApprove(name, value) {
  const created = await good(`${name} create`, client.payment.create(token, order(value)));
  const customer = { customer: { phoneNumber: VIPPS_PHONE } };
  await good(`${name} forceApprove`, client.payment.forceApprove(token, created.reference, customer));
  return created.reference;
}

// token
const access = await good("token", client.auth.getToken(VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET));
assert.equal(access.token_type, "Bearer");
assert.equal(access.expires_in, "3600");
const claims = JSON.parse(Buffer.from(access.access_token.split(".")[1], "base64url").toString());
assert.equal(String(claims.exp), access.expires_on);
const token = access.access_token;

// create, look at it
const created = await good("create", client.payment.create(token, order(10000)));
const { reference } = created;
assert.match(reference, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
assert.ok(created.redirectUrl.startsWith(`${VIPPS_BASE_URL}/`), created.redirectUrl);

const fresh = await good("info", client.payment.info(token, reference));
assert.equal(fresh.state, "CREATED");
assert.equal(fresh.reference, reference);
assert.deepEqual(fresh.amount, nok(10000));
assert.deepEqual(aggregateOf(fresh), [0, 0, 0, 0]);

// capture too early, approve, capture too much
const capture = (value) => client.payment.capture(token, reference, { modificationAmount: nok(value) });
await bad("capture before approval", capture(4000), 400, "6080");
await good(
  "forceApprove",
  client.payment.forceApprove(token, reference, { customer: { phoneNumber: VIPPS_PHONE } }),
);
await bad("capture too high", capture(10001), 400, "6090");

// capture in part, refund in part, cancel the rest
const captured = await good("partial capture", capture(4000));
assert.equal(captured.state, "AUTHORIZED");
assert.equal(captured.pspReference, fresh.pspReference);
assert.deepEqual(aggregateOf(captured), [10000, 4000, 0, 0]);

const refunded = await good("refund", client.payment.refund(token, reference, { modificationAmount: nok(1500) }));
assert.deepEqual(aggregateOf(refunded), [10000, 4000, 1500, 0]);

const released = await good("cancel the rest", client.payment.cancel(token, reference));
assert.equal(released.state, "AUTHORIZED");
assert.deepEqual(aggregateOf(released), [10000, 4000, 1500, 6000]);

// history; refused attempts may be in it too, as failures
const history = await good("history", client.payment.history(token, reference));
assert.deepEqual(
  history.filter(({ success }) => success).map(({ name, amount }) => [name, amount.value]),
  [["CREATED", 10000], ["AUTHORIZED", 10000], ["CAPTURED", 4000], ["REFUNDED", 1500], ["CANCELLED", 6000]],
);
assert.equal(history[0].pspReference, fresh.pspReference);
for (const event of history) {
  assert.equal(event.reference, reference);
  assert.ok(!Number.isNaN(Date.parse(event.timestamp)));
}

// cancel after approval, and before it
const approved = await createAndApprove("second", 5000);
const voided = await good("cancel after approval", client.payment.cancel(token, approved));
assert.deepEqual(aggregateOf(voided), [5000, 0, 0, 5000]);
const unwanted = await good("third create", client.payment.create(token, order(5000)));
const terminated = await good("cancel before approval", client.payment.cancel(token, unwanted.reference));
assert.equal(terminated.state, "TERMINATED");

// refusals
await bad("unknown reference", client.payment.info(token, "no-such-payment"), 404, "5090");
await bad("reference used before", client.payment.create(token, { ...order(100), reference }), 409, "4150");
const stranger = await step("foreign token", client.payment.info("no-token", reference));
assert.deepEqual([stranger.ok, stranger.error.statusCode], [false, 401]);
assert.ok(stranger.error.message);

console.log("all steps done");
