// To be loaded before the SDK: what DNS and a port of its own do in a container network. Connections to the official
// names go to this machine, at TLS_PORT; fetch, names, certificates and their check are untouched.
const tls = require("node:tls");

const OFFICIAL = ["apitest.vipps.no", "api.vipps.no"];
const realConnect = tls.connect;

function lookup(host, options, found) {
  if (options.all) found(null, [{ address: "127.0.0.1", family: 4 }]);
  else found(null, "127.0.0.1", 4);
}

tls.connect = (options, ...rest) => {
  if (!OFFICIAL.includes(options.host) || Number(options.port) !== 443) {
    throw new Error(`a connection to ${options.host}, port ${options.port}`);
  }
  return realConnect({ ...options, port: Number(process.env.TLS_PORT), lookup }, ...rest);
};
