// Auth.js with its Vipps provider against the emulator; only the issuer is changed.
import assert from "node:assert/strict";
import { Auth } from "@auth/core";
import Vipps from "@auth/core/providers/vipps";
import { Browser } from "./browser.mjs";

const { VIPPS_BASE_URL, VIPPS_CLIENT_ID, VIPPS_CLIENT_SECRET, VIPPS_PHONE } = process.env;
const site = "http://localhost:3000";
const issuer = `${VIPPS_BASE_URL}/access-management-1.0/access/`;
const seen = [];
const config = {
  basePath: "/auth",
  trustHost: true,
  secret: "only-for-this-test",
  providers: [Vipps({ clientId: VIPPS_CLIENT_ID, clientSecret: VIPPS_CLIENT_SECRET, issuer })],
  callbacks: {
    signIn({ profile, account }) {
      seen.push({ profile, account });
      return true;
    },
  },
  logger: { error: (error) => console.error(error), warn() {}, debug() {} },
};

const cookies = new Map();
async function visit(path, init = {}) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const request = new Request(new URL(path, site), { ...init, headers: { ...init.headers, cookie } });
  const answer = await Auth(request, config);
  for (const each of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(each);
    cookies.set(name, value);
  }
  return answer;
}

const { csrfToken } = await (await visit("/auth/csrf")).json();
const body = new URLSearchParams({ csrfToken, callbackUrl: `${site}/` });
const started = await visit("/auth/signin/vipps", { method: "POST", body });
const authorize = new URL(started.headers.get("location"));
assert.ok(authorize.href.startsWith(`${VIPPS_BASE_URL}/access-management-1.0/access/oauth2/auth?`), authorize.href);
for (const name of ["code_challenge", "state", "nonce"]) assert.ok(authorize.searchParams.get(name), name);

const back = await new Browser().login(authorize, VIPPS_PHONE);
assert.equal(back.pathname, "/auth/callback/vipps");
const done = await visit(back.href);
assert.equal(done.headers.get("location"), `${site}/`);

const session = await (await visit("/auth/session")).json();
assert.equal(session.user.email, "customer1@example.com");
assert.equal(session.user.name, "Karen Myklebust");
assert.equal(seen.length, 1);
assert.equal(seen[0].profile.sub, seen[0].account.providerAccountId);

console.log("all steps done");
