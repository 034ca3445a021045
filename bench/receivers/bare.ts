import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

// The least that any receiver of signed webhooks must do: read the body, prove it, parse it. It keeps nothing.
const githubSecret = process.env.BENCH_SECRET ?? "";
const gitlabKey = Buffer.from((process.env.BENCH_SIGNING_TOKEN ?? "").slice("whsec_".length), "base64");

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const proof = proofs(request.headers, body);
    const [wanted, given] = [Buffer.from(proof[0]), Buffer.from(proof[1])];
    const proven = given.length === wanted.length && timingSafeEqual(given, wanted);
    if (proven) JSON.parse(body.toString());
    response.writeHead(proven ? 200 : 401, { "content-length": 3 }).end("ok\n");
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

/** The proof that is wanted, and the one that was given. */
function proofs(headers: IncomingHttpHeaders, body: Buffer): [string, string] {
  const given = headers["x-hub-signature-256"];
  if (given !== undefined) {
    return [`sha256=${createHmac("sha256", githubSecret).update(body).digest("hex")}`, String(given)];
  }
  const signed = `${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.`;
  const digest = createHmac("sha256", gitlabKey).update(signed).update(body).digest("base64");
  return [`v1,${digest}`, String(headers["webhook-signature"])];
}
