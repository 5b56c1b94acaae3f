"use strict";

const { spawn } = require("node:child_process");
const { once } = require("node:events");
const { createInterface } = require("node:readline");
const { Vipps } = require("./index.cjs");

const PREFIX = "VIPPS_MOCKSERVER_";
const LATEST_LINES = 20;
const HINT = "; VIPPS_MOCK_COMMAND says where the command vipps-mockserver is";

/**
 * Starts a server of its own on a free port, or takes the one that VIPPS_MOCK_URL names.
 *
 * `settings` are those of the README, as in { strict: true, tokenClock: "emulator" }. `command` is the program and what
 * stands before `serve`: VIPPS_MOCK_COMMAND, divided at spaces, or vipps-mockserver by default.
 */
async function startServer(settings = {}, { command = commandOf(process.env.VIPPS_MOCK_COMMAND) } = {}) {
  const elsewhere = process.env.VIPPS_MOCK_URL;
  if (elsewhere) return taken(elsewhere, settings);
  const [program, ...first] = command;
  const child = spawn(program, [...first, "serve", "--port", "0"], {
    env: environment({ accessLog: "off", ...settings }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = () => child.kill();
  process.once("exit", end); // a test run that breaks off leaves no server behind
  const vipps = new Vipps(await address(child, program), { adminToken: settings.adminToken ?? settings.admin_token });
  const stop = async () => {
    process.removeListener("exit", end);
    if (child.exitCode === null && child.kill()) await once(child, "exit");
  };
  return { url: vipps.url, vipps, variables: await vipps.keys(), stop };
}

async function taken(url, settings) {
  const names = Object.keys(settings).join(", ");
  if (names) throw new Error(`VIPPS_MOCK_URL names a server that runs already, so it cannot be started with ${names}`);
  const vipps = new Vipps(url);
  return { url: vipps.url, vipps, variables: await vipps.keys(), stop: async () => {} };
}

function commandOf(text) {
  return (text || "vipps-mockserver").split(" ").filter(Boolean);
}

/** The environment without settings that are not asked for, and with those that are. */
function environment(settings) {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith(PREFIX));
  const asked = Object.entries(settings).map(([name, value]) => [PREFIX + snake(name).toUpperCase(), String(value)]);
  return Object.fromEntries([...others, ...asked]);
}

function snake(name) {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The address that a server prints. What it says is read to its end, since a full pipe would hold it up. */
function address(child, program) {
  return new Promise((resolve, reject) => {
    const latest = [];
    const read = (line) => {
      latest.push(line);
      latest.splice(0, latest.length - LATEST_LINES);
      const [, url] = /^export VIPPS_BASE_URL='(.*)'$/.exec(line) ?? [];
      if (url) resolve(url);
    };
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", read);
    child.once("error", (error) => reject(new Error(`${program} cannot be started: ${error.message}${HINT}`)));
    child.once("close", (code) => reject(new Error(`${program} ended with ${code}: ${latest.join("\n")}`)));
  });
}

module.exports = { startServer };
