import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

// A Gitea that knows everybody and takes every status, at once: what it costs is not what is measured. It is asked for
// permissions, and told of statuses; anything else has no place in a run that needs no clone.
const USER = { id: 17, login: "mira" };

const server = createServer((request, response) => {
  const { method = "", url = "" } = request;
  const path = new URL(url, "http://localhost").pathname;
  const answer = answerTo(method, path);
  request.resume().on("end", () => {
    response.writeHead(answer === undefined ? 404 : method === "POST" ? 201 : 200, {
      "content-type": "application/json",
    });
    response.end(JSON.stringify(answer ?? { message: "not found" }));
    if (answer === undefined && process.env.BENCH_LOG !== undefined) console.error(`${method} ${url}`);
  });
});
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

function answerTo(method: string, path: string): unknown {
  if (path.endsWith("/permission")) return { permission: "write", role_name: "write", user: USER };
  if (method === "POST" && path.includes("/statuses/")) return { id: 1, status: "pending", context: "bench" };
  if (path.endsWith("/user") || path.includes("/users/")) return USER;
  return undefined;
}
