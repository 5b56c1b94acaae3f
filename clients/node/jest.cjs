"use strict";

const { Vipps } = require("./index.cjs");
const { startServer } = require("./server.cjs");

const STARTING = 30_000; // milliseconds

/**
 * A server for the tests of this file, reset before each of them. Gives its client, which works inside of tests.
 *
 * The keys of the default sales unit are in process.env meanwhile: VIPPS_BASE_URL, VIPPS_CLIENT_ID and so on.
 */
function useVipps(settings = {}) {
  const vipps = new Vipps();
  const before = {};
  let server;
  beforeAll(async () => {
    server = await startServer(settings);
    Object.assign(vipps, { url: server.url, adminToken: server.vipps.adminToken });
    for (const [name, value] of Object.entries(server.variables)) {
      before[name] = process.env[name];
      process.env[name] = value;
    }
  }, STARTING);
  beforeEach(() => vipps.reset());
  afterAll(async () => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await server?.stop();
  });
  return vipps;
}

module.exports = { useVipps };
