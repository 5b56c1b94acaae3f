"use strict";

const { expect, test: base } = require("@playwright/test");
const { startServer } = require("./server.cjs");

/** Playwright's test with a server for each worker, and its client, reset before each test. */
const test = base.extend({
  vippsSettings: [{}, { scope: "worker", option: true }],
  vippsServer: [
    async ({ vippsSettings }, use, { config }) => {
      if (process.env.VIPPS_MOCK_URL && config.workers > 1) {
        throw new Error("VIPPS_MOCK_URL: workers would reset each other's server; run with --workers=1");
      }
      const server = await startServer(vippsSettings);
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  vipps: async ({ vippsServer: { vipps } }, use, info) => {
    await vipps.reset();
    await use(vipps);
    if (info.status === info.expectedStatus) return;
    const journal = JSON.stringify(await vipps.requests({ limit: 50 }), null, 2);
    await info.attach("vipps-requests", { body: journal, contentType: "application/json" });
  },
});

module.exports = { expect, test };
