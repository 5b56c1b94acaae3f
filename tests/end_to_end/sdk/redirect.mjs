// To be loaded before the SDK: changes the host that it has built in, around fetch.
import assert from "node:assert/strict";

const BUILT_IN = "https://apitest.vipps.no";
const realFetch = globalThis.fetch;
globalThis.fetch = async (request) => {
  assert.ok(request.url.startsWith(`${BUILT_IN}/`), `the SDK calls ${request.url}`);
  const { method, headers } = request;
  const body = request.body ? await request.arrayBuffer() : undefined;
  return realFetch(process.env.VIPPS_BASE_URL + request.url.slice(BUILT_IN.length), { method, headers, body });
};
