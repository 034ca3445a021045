import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

// The least that any receiver of signed webhooks must do: read the body, prove it, parse it. It keeps nothing.
const secret = process.env.BENCH_SECRET ?? "";

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks);
    const wanted = Buffer.from(`sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
    const given = Buffer.from(String(request.headers["x-hub-signature-256"]));
    const proven = given.length === wanted.length && timingSafeEqual(given, wanted);
    if (proven) JSON.parse(body.toString());
    response.writeHead(proven ? 200 : 401, { "content-length": 3 }).end("ok\n");
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
