// openid-client against the emulator: the code flow with PKCE, state and nonce, as its documentation shows it.
import assert from "node:assert/strict";
import * as client from "openid-client";
import { Browser } from "./browser.mjs";

const { VIPPS_BASE_URL, VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET, VIPPS_PHONE } = process.env;
const issuer = new URL(`${VIPPS_BASE_URL}/access-management-1.0/access/`);
const redirect_uri = "http://localhost:3000/callback";
const insecure = { execute: [client.allowInsecureRequests] };

async function flow(config, change = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: "openid name email phoneNumber",
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  });
  const back = await new Browser().login(url, VIPPS_PHONE);
  assert.ok(back.href.startsWith(`${redirect_uri}?code=`), back.href);
  return [back, client.authorizationCodeGrant(config, back, { ...checks, ...change })];
}

for (const [name, authentication] of [
  ["basic", client.ClientSecretBasic(VIPPS_CLIENT_SECRET)],
  ["post", client.ClientSecretPost(VIPPS_CLIENT_SECRET)],
]) {
  const config = await client.discovery(issuer, VIPPS_CLIENT_ID, undefined, authentication, insecure);
  assert.equal(config.serverMetadata().issuer, issuer.href);
  client.enableNonRepudiationChecks(config); // the signature too, not only TLS
  const [back, granted] = await flow(config);
  const tokens = await granted;
  const claims = tokens.claims();
  assert.deepEqual(claims.aud, [VIPPS_CLIENT_ID]);
  assert.equal(tokens.token_type, "bearer");
  const user = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(user.phone_number, VIPPS_PHONE);
  assert.equal(user.email_verified, true);
  await client.tokenRevocation(config, tokens.access_token);
  await assert.rejects(client.fetchUserInfo(config, tokens.access_token, claims.sub));
  await assert.rejects(
    client.authorizationCodeGrant(config, back, { pkceCodeVerifier: "x".repeat(43), expectedState: client.skipStateCheck }),
    { error: "invalid_grant" },
  );
  console.log(`${name}: ok`);
}

const config = await client.discovery(issuer, VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET, undefined, insecure);
const [, otherNonce] = await flow(config, { expectedNonce: "of-another-login" });
await assert.rejects(otherNonce, { code: "OAUTH_JWT_CLAIM_COMPARISON_FAILED" });
const [, otherVerifier] = await flow(config, { pkceCodeVerifier: client.randomPKCECodeVerifier() });
await assert.rejects(otherVerifier, { error: "invalid_grant" });
const wrong = await client.discovery(issuer, VIPPS_CLIENT_ID, "wrong", undefined, insecure);
const [, stranger] = await flow(wrong);
await assert.rejects(stranger, { status: 401 });

console.log("all steps done");
