// openid-client against the emulator: merchant-initiated login, polled to its end, and with the redirect to a web page.
import assert from "node:assert/strict";
import * as client from "openid-client";

const { VIPPS_BASE_URL, VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET, VIPPS_PHONE } = process.env;
const issuer = new URL(`${VIPPS_BASE_URL}/access-management-1.0/access/`);
const insecure = { execute: [client.allowInsecureRequests] };
const config = await client.discovery(issuer, VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET, undefined, insecure);
client.enableNonRepudiationChecks(config);
const login_hint = `urn:msisdn:${VIPPS_PHONE}`;
const scope = "openid name phoneNumber";

async function control(path, body = {}) {
  const answer = await fetch(`${VIPPS_BASE_URL}/_mock${path}`, { method: "POST", body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

// The client waits in steps of five seconds: here they pass on the emulator's clock, and nobody sleeps.
let waits = 0;
let meanwhile = async () => {};
const { setTimeout } = globalThis;
globalThis.setTimeout = (go, milliseconds, ...rest) => {
  if (milliseconds !== 5000) return setTimeout(go, milliseconds, ...rest);
  waits += 1;
  return control("/clock/advance", { seconds: 5 }).then(() => meanwhile()).then(() => go(...rest));
};

// Confirmed while the client waits for its third poll.
const started = await client.initiateBackchannelAuthentication(config, { login_hint, scope, binding_message: "4MZ-CQ3" });
assert.equal(started.interval, 5);
assert.equal(started.expires_in, 600);
meanwhile = async () => {
  if (waits === 3) await control(`/ciba/${started.auth_req_id}/confirm`);
};
const tokens = await client.pollBackchannelAuthenticationGrant(config, started);
assert.equal(waits, 3);
assert.equal(tokens.claims().auth_req_id, started.auth_req_id);
const user = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
assert.equal(user.phone_number, VIPPS_PHONE);
console.log("polled: ok");

// Slowed down: somebody else polled in between.
const hurried = await client.initiateBackchannelAuthentication(config, { login_hint, scope });
const basic = Buffer.from(`${VIPPS_CLIENT_ID}:${VIPPS_CLIENT_SECRET}`).toString("base64");
const form = new URLSearchParams({ grant_type: "urn:openid:params:grant-type:ciba", auth_req_id: hurried.auth_req_id });
waits = 0;
meanwhile = async () => {
  const poll = { method: "POST", body: form, headers: { authorization: `Basic ${basic}` } };
  if (waits === 1) await fetch(config.serverMetadata().token_endpoint, poll);
  if (waits === 3) await control(`/ciba/${hurried.auth_req_id}/confirm`);
};
await client.pollBackchannelAuthenticationGrant(config, hurried);
assert.equal(waits, 3); // 5 seconds, then 10
console.log("slowed down: ok");

// Denied.
const unwanted = await client.initiateBackchannelAuthentication(config, { login_hint, scope });
meanwhile = () => control(`/ciba/${unwanted.auth_req_id}/deny`);
await assert.rejects(client.pollBackchannelAuthenticationGrant(config, unwanted), { error: "access_denied" });

// Never answered: the client gives up by itself, and the emulator says why.
const forgotten = await client.initiateBackchannelAuthentication(config, { login_hint, scope, requested_expiry: "60" });
meanwhile = async () => {};
await control("/clock/advance", { seconds: 60 });
await assert.rejects(client.pollBackchannelAuthenticationGrant(config, forgotten), { error: "expired_token" });
await assert.rejects(
  client.initiateBackchannelAuthentication(config, { login_hint: "urn:msisdn:4790000099", scope }),
  { error: "unknown_user_id", status: 400 },
);
console.log("refused: ok");

// To a web page: the phone's browser brings a code, and the id_token says whose. Discovery names RS256 alone, so the
// client has to be told that this one is signed with ES256.
const metadata = { client_secret: VIPPS_CLIENT_SECRET, id_token_signed_response_alg: "ES256" };
const elliptic = await client.discovery(issuer, VIPPS_CLIENT_ID, metadata, undefined, insecure);
client.enableNonRepudiationChecks(elliptic);
const redirect_uri = "http://localhost:3000/callback";
const redirecting = { login_hint, scope, requested_flow: "login_to_webpage", redirect_uri };
const moved = await client.initiateBackchannelAuthentication(config, redirecting);
const { redirectTo } = await control(`/ciba/${moved.auth_req_id}/confirm`);
assert.ok(redirectTo.startsWith(`${redirect_uri}?code=`), redirectTo);
const code = new URL(redirectTo).searchParams.get("code");
const grant = "urn:vipps:params:grant-type:ciba-redirect";
const landed = await client.genericGrantRequest(elliptic, grant, { code });
assert.equal(landed.claims().auth_req_id, moved.auth_req_id);
assert.equal(JSON.parse(Buffer.from(landed.id_token.split(".")[0], "base64url")).alg, "ES256");
await assert.rejects(client.genericGrantRequest(elliptic, grant, { code }), { error: "invalid_grant" });

console.log("all steps done");
process.exit(0);
