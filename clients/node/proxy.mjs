// Leads connections to the official names through the proxy that HTTPS_PROXY names, which Node.js does not do by itself:
//
//   HTTPS_PROXY=http://127.0.0.1:8080 NODE_EXTRA_CA_CERTS=ca.pem node --import vipps-mockserver/proxy shop.mjs
//
// fetch, node:https and all that stands on them go that way; names, certificates and their check are as ever. Connections
// to other names are left alone.

import net from "node:net";
import { Duplex } from "node:stream";
import { syncBuiltinESMExports } from "node:module";
import tls from "node:tls";

const OFFICIAL = ["apitest.vipps.no", "api.vipps.no"];
const LARGEST_ANSWER = 16 * 1024;

function proxy() {
  const given = process.env.https_proxy || process.env.HTTPS_PROXY;
  if (!given) return null;
  const url = new URL(given.includes("://") ? given : `http://${given}`);
  if (url.protocol !== "http:") throw new Error(`HTTPS_PROXY has to begin with http://: ${url.origin}`);
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port || 80) };
}

// The way to a host through the proxy, as a stream: what is written waits until the proxy has answered.
class Tunnel extends Duplex {
  constructor(host, port, through) {
    super();
    this.socket = net.connect({ host: through.host, port: through.port });
    this.socket.on("error", (error) => this.destroy(error));
    this.socket.on("close", () => this.destroy());
    this.socket.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
    let head = Buffer.alloc(0);
    const answer = (data) => {
      head = Buffer.concat([head, data]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0 && head.length < LARGEST_ANSWER) return;
      this.socket.off("data", answer);
      const status = head.subarray(0, head.indexOf("\r\n")).toString("latin1");
      if (end < 0 || !/^HTTP\/1\.[01] 200\b/.test(status)) {
        this.destroy(new Error(`The proxy at ${through.host}:${through.port} leads to no ${host}: ${status}`));
        return;
      }
      this.socket.on("data", (more) => this.push(more) || this.socket.pause());
      this.socket.on("end", () => this.push(null));
      if (head.length > end + 4) this.push(head.subarray(end + 4));
      this.open = true;
      this.emit("open");
    };
    this.socket.on("data", answer);
  }

  _read() {
    if (this.open) this.socket.resume();
  }

  _write(data, encoding, done) {
    if (this.open) this.socket.write(data, encoding, done);
    else this.once("open", () => this.socket.write(data, encoding, done));
  }

  _final(done) {
    this.socket.end(done);
  }

  _destroy(error, done) {
    this.socket.destroy();
    done(error);
  }

  // What users of a socket may ask of it.
  setNoDelay(...given) {
    this.socket.setNoDelay(...given);
    return this;
  }

  setKeepAlive(...given) {
    this.socket.setKeepAlive(...given);
    return this;
  }

  setTimeout(...given) {
    this.socket.setTimeout(...given);
    return this;
  }
}

const connect = tls.connect;
tls.connect = function (...given) {
  const [options, ...rest] = given;
  const through = proxy();
  if (through && options !== null && typeof options === "object" && !options.socket) {
    const host = String(options.host ?? "").toLowerCase();
    if (OFFICIAL.includes(host) && Number(options.port) === 443) {
      const socket = new Tunnel(host, 443, through);
      const secured = connect({ ...options, socket, servername: options.servername || host }, ...rest);
      // Whoever keeps an idle connection for later lets the process end meanwhile.
      for (const name of ["ref", "unref"]) {
        secured[name] = () => {
          socket.socket[name]();
          return net.Socket.prototype[name].call(secured);
        };
      }
      return secured;
    }
  }
  return connect.apply(this, given);
};
syncBuiltinESMExports();
