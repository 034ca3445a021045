import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { createNodeMiddleware, Probot } from "probot";

// Probot's own way from its documentation, with a handler that does nothing. It keeps nothing.
const probot = new Probot({
  githubToken: "bench",
  secret: process.env.BENCH_SECRET ?? "",
  logLevel: "fatal",
});
const middleware = await createNodeMiddleware(
  (app) => {
    app.on(["issues", "pull_request"], () => undefined);
  },
  { probot, webhooksPath: "/api/github/webhooks" },
);
const server = createServer((request, response) => {
  void middleware(request, response);
});
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
