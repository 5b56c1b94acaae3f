// Receives webhooks and verifies them the documented way: the raw body, three headers, the secret as it was given.
// The first line on standard input is the secret; a line of JSON for each delivery goes to standard output.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

let secret = "";

function same(left, right) {
  const [a, b] = [Buffer.from(left ?? ""), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function verify(request, rawBody) {
  const { headers } = request;
  const hash = createHash("sha256").update(rawBody).digest("base64");
  if (!same(headers["x-ms-content-sha256"], hash)) return "body";
  if (Math.abs(Date.now() - Date.parse(headers["x-ms-date"])) > 300_000) return "date";
  const signed = `POST\n${request.url}\n${headers["x-ms-date"]};${headers.host};${hash}`;
  const signature = createHmac("sha256", secret).update(signed).digest("base64");
  const expected = `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`;
  return same(headers.authorization, expected) ? null : "signature";
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const rawBody = Buffer.concat(chunks);
    const wrong = verify(request, rawBody);
    response.writeHead(wrong ? 401 : 202).end(wrong ?? "thanks");
    console.log(JSON.stringify({ wrong, body: rawBody.toString("utf8") }));
  });
});

createInterface({ input: process.stdin })
  .once("line", (line) => {
    secret = line;
    console.log("ready");
  })
  .once("close", () => process.exit(0));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
