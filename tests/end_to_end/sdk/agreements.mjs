// The agreements and charges of the official SDK, or of the version that SDK names: every function of both.
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

async function good(name, call) {
  const { ok, data, error } = await call;
  assert.ok(ok, `${name}: ${error?.stack ?? JSON.stringify(error)}`);
  console.log(`${name}: ok`);
  return data;
}

async function bad(name, call, status, problem) {
  const { ok, error } = await call;
  assert.equal(ok, false, name);
  assert.equal(error.status, status, JSON.stringify(error));
  assert.equal(error.type.split("#")[1], problem);
  assert.ok(error.detail && error.contextId && Array.isArray(error.extraDetails));
  console.log(`${name}: refused`);
}

const { agreement, charge } = client.recurring;
const { access_token: token } = await good("token", client.auth.getToken(VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET));
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

// an agreement with an initial charge that is captured in parts
const made = await good(
  "create an agreement",
  agreement.create(token, {
    pricing: { type: "LEGACY", amount: 49900, currency: "NOK" },
    interval: { unit: "MONTH", count: 1 },
    merchantRedirectUrl: "https://shop.example.com/return",
    merchantAgreementUrl: "https://shop.example.com/agreement",
    phoneNumber: VIPPS_PHONE,
    productName: "Socks of the month",
    initialCharge: { amount: 49900, description: "First pair", transactionType: "RESERVE_CAPTURE" },
  }),
);
assert.ok(made.vippsConfirmationUrl && made.uuid);
const id = made.agreementId;
assert.equal((await good("info", agreement.info(token, id))).status, "PENDING");
await good("force accept", agreement.forceAccept(token, id, { phoneNumber: VIPPS_PHONE }));
assert.equal((await good("info again", agreement.info(token, id))).status, "ACTIVE");
await bad("force accept again", agreement.forceAccept(token, id, { phoneNumber: VIPPS_PHONE }), 400, "operation-failed");
assert.deepEqual((await good("list", agreement.list(token, "ACTIVE", 0))).map((each) => each.id), [id]);
await good("update", agreement.update(token, id, { productName: "Two pairs", pricing: { amount: 99900 } }));
const changed = await good("info of the change", agreement.info(token, id));
assert.equal(changed.productName, "Two pairs");
assert.equal(changed.pricing.amount, 99900);

await good("capture a part", charge.capture(token, id, made.chargeId, { amount: 30000 }));
await good("cancel the rest", charge.cancel(token, id, made.chargeId));
await good("refund", charge.refund(token, id, made.chargeId, { amount: 30000, description: "Wrong size" }));
const first = await good("info of the charge", charge.info(token, id, made.chargeId));
assert.equal(first.status, "REFUNDED");
assert.deepEqual(first.summary, { captured: 30000, refunded: 30000, cancelled: 19900 });
await bad("capture it again", charge.capture(token, id, made.chargeId, { amount: 1 }), 400, "charge-capture-failed");

// An old version asks for a path that never was.
async function infoById(token, charge_, status) {
  const { ok, data, error } = await charge.infoById(token, charge_);
  if (ok) assert.equal(data.status, status);
  else assert.equal(error.statusCode, 404);
}

// charges of later months, one by one and many at once
const later = (more) => ({
  amount: 49900,
  description: "Socks",
  transactionType: "DIRECT_CAPTURE",
  due: inDays(2),
  retryDays: 3,
  ...more,
});
const { chargeId } = await good("create a charge", charge.create(token, id, later({ orderId: "socks-2nd-pair" })));
assert.equal(chargeId, "socks-2nd-pair");
await bad("create it again", charge.create(token, id, later({ orderId: chargeId })), 409, "conflict");
await bad("create one for today", charge.create(token, id, later({ due: inDays(-1) })), 400, "charge-due-too-soon");
await infoById(token, chargeId, "DUE");
const third = { agreementId: id, orderId: "socks-3rd-pair" };
const taken = await good(
  "create many",
  charge.createMultiple(token, [later({ ...third, due: inDays(40) }), later({ ...third, due: "soon" })]),
);
assert.deepEqual(taken.validCharges, ["socks-3rd-pair"]);
assert.equal(taken.invalidCharges.length, 1);
const listed = await good("list charges", charge.list(token, id));
assert.deepEqual(
  listed.map((each) => [each.id, each.type, each.status]),
  [
    [made.chargeId, "INITIAL", "REFUNDED"],
    ["socks-2nd-pair", "RECURRING", "DUE"],
    ["socks-3rd-pair", "RECURRING", "PENDING"],
  ],
);

// three days later
await fetch(new Request(`https://apitest.vipps.no/_mock/clock/advance`, { method: "POST", body: '{"duration": "P3D"}' }));
const again = await good("another token", client.auth.getToken(VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET));
assert.equal((await good("info three days later", charge.info(again.access_token, id, chargeId))).status, "CHARGED");

await good("stop", agreement.update(again.access_token, id, { status: "STOPPED" }));
await infoById(again.access_token, "socks-3rd-pair", "CANCELLED");
await bad("update", agreement.update(again.access_token, id, { productName: "No" }), 400, "illegal-agreement-update");
await bad("create", charge.create(again.access_token, id, later({ due: inDays(9) })), 400, "charge-creation-failed");

console.log("all steps done");
