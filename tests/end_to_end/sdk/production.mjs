// The official SDK in production mode, where tokens live for a day.
import assert from "node:assert/strict";
import { Client } from "@vippsmobilepay/sdk";

const { VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET, VIPPS_SUBSCRIPTION_KEY, VIPPS_MSN, VIPPS_PHONE } = process.env;
const client = Client({
  merchantSerialNumber: VIPPS_MSN,
  subscriptionKey: VIPPS_SUBSCRIPTION_KEY,
  useTestMode: false,
  retryRequests: false,
});

const access = await client.auth.getToken(VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET);
assert.ok(access.ok, JSON.stringify(access.error));
assert.equal(access.data.expires_in, "86400");
const token = access.data.access_token;
const created = await client.payment.create(token, {
  amount: { currency: "NOK", value: 10000 },
  paymentMethod: { type: "WALLET" },
  customer: { phoneNumber: VIPPS_PHONE },
  returnUrl: "https://shop.example.com/return",
  userFlow: "WEB_REDIRECT",
  paymentDescription: "One pair of socks",
});
assert.ok(created.ok, JSON.stringify(created.error));
assert.match(created.data.redirectUrl, /^https:\/\/api\.vipps\.no\/landing\?token=/);
const cancelled = await client.payment.cancel(token, created.data.reference);
assert.equal(cancelled.data.state, "TERMINATED");
console.log("all steps done");
