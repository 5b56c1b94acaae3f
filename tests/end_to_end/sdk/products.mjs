// Every other product of the official SDK, or of the version that SDK names: those that are emulated and those that are not.
import assert from "node:assert/strict";

const { Client } = await import(process.env.SDK ?? "@vippsmobilepay/sdk");

const { VIPPS_BASE_URL, VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET, VIPPS_SUBSCRIPTION_KEY, VIPPS_MSN, VIPPS_PHONE } =
  process.env;
const keys = { merchantSerialNumber: VIPPS_MSN, subscriptionKey: VIPPS_SUBSCRIPTION_KEY, useTestMode: true };
const client = Client({ ...keys, retryRequests: false });
const persistent = Client({ ...keys, retryRequests: true });

async function good(name, call) {
  const { ok, data, error } = await call;
  assert.ok(ok, `${name}: ${error?.stack ?? JSON.stringify(error)}`);
  console.log(`${name}: ok`);
  return data;
}

async function bad(name, call) {
  const { ok, error } = await call;
  assert.equal(ok, false, name);
  console.log(`${name}: refused`);
  return error;
}

const nok = (value) => ({ currency: "NOK", value });
const order = (more) => ({
  amount: nok(10000),
  paymentMethod: { type: "WALLET" },
  customer: { phoneNumber: VIPPS_PHONE },
  returnUrl: "https://shop.example.com/return",
  userFlow: "WEB_REDIRECT",
  paymentDescription: "One pair of socks",
  ...more,
});

// keys that are not right
const wrongSecret = await bad("token with a wrong secret", client.auth.getToken(VIPPS_CLIENT_ID, "wrong"));
assert.equal(wrongSecret.error, "invalid_client");
assert.ok(wrongSecret.error_description);
const stranger = Client({ ...keys, subscriptionKey: "00000000000000000000000000000000" });
const wrongKey = await bad("token with a wrong key", stranger.auth.getToken(VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET));
assert.equal(wrongKey.statusCode, 401);
assert.match(wrongKey.message, /subscription key/);

const { access_token: token } = await good("token", client.auth.getToken(VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET));

// webhooks
const url = "https://shop.example.com/hooks";
const events = ["epayments.payment.created.v1", "user.checked-in.v1"];
const hook = await good("register a webhook", client.webhook.register(token, { url, events }));
assert.ok(hook.id && hook.secret);
const { webhooks } = await good("list webhooks", client.webhook.list(token));
assert.deepEqual(webhooks, [{ id: hook.id, url, events }]);
await good("delete a webhook", client.webhook.delete(token, hook.id));
assert.deepEqual((await good("list no webhooks", client.webhook.list(token))).webhooks, []);
const gone = await bad("delete a webhook again", client.webhook.delete(token, hook.id));
assert.equal(gone.status, 404);
const unknown = await bad("register for no event", client.webhook.register(token, { url, events: ["no.such.v1"] }));
assert.equal(unknown.status, 400);
assert.ok(unknown.extraDetails.some(({ name }) => name.startsWith("events")), JSON.stringify(unknown));

// a server that fails at first, by a rule of the test: the same request again
const { reference } = await good("create", client.payment.create(token, order()));
const cancelled = await good("cancel at the second try", persistent.payment.cancel(token, reference));
assert.equal(cancelled.state, "TERMINATED");

// who the customer is
if (client.user) {
  const profile = { scope: "name phoneNumber address birthDate" };
  const { reference } = await good("create with profile", client.payment.create(token, order({ profile })));
  await good("approve", client.payment.forceApprove(token, reference, { customer: { phoneNumber: VIPPS_PHONE } }));
  const { sub } = (await good("info", client.payment.info(token, reference))).profile;
  const user = await good("user info", client.user.info(token, sub));
  assert.equal(user.sub, sub);
  assert.equal(user.phone_number, VIPPS_PHONE);
  assert.ok(user.name && user.birthdate && user.address, JSON.stringify(user));
  await bad("nobody's user info", client.user.info(token, "no-such-sub"));
}
if (client.login) {
  const discovered = await good("discovery", client.login.discovery());
  assert.equal(discovered.issuer, `${VIPPS_BASE_URL}/access-management-1.0/access/`);
  assert.ok(discovered.token_endpoint.startsWith(`${VIPPS_BASE_URL}/`));
}

// products that are not emulated: the answer says so at once, and nothing is tried again
const body = { note: "never looked at" };
const absent = {
  checkout: [
    ["create", VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET, { transaction: { reference: "order-1" }, merchantInfo: {} }],
    ["info", VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET, "order-1"],
  ],
  order: [
    ["addCategory", token, reference, "ecom", body],
    ["addImage", token, body],
    ["addReceipt", token, reference, "ecom", body],
    ["info", token, reference, "ecom"],
  ],
  "qr.redirect": [
    ["create", token, "image/png", body],
    ["update", token, "qr-1", "image/png", body],
    ["info", token, "qr-1", "image/png"],
    ["list", token, "image/png"],
    ["delete", token, "qr-1"],
  ],
  "qr.callback": [
    ["create", token, "qr-1", body],
    ["info", token, "qr-1"],
    ["list", token],
    ["delete", token, "qr-1"],
    ["createMobilePayQR", token, "beacon-1", body],
  ],
};
for (const [product, functions] of Object.entries(absent)) {
  const at = product.split(".").reduce((found, name) => found?.[name], persistent);
  if (!at) continue;
  assert.ok(Object.keys(at).every((name) => functions.some(([each]) => each === name)));
  for (const [name, ...given] of functions) {
    const refusal = await bad(`${product}.${name}`, at[name](...given));
    assert.equal(refusal.statusCode, 404);
    assert.match(refusal.message, /not found/);
  }
}

console.log("all steps done");
