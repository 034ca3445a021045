import { describe, expect, it } from "@jest/globals";

import { ForgehandError } from "../../src/core/errors.ts";
import { silent } from "../../src/core/log.ts";
import { healthRoutes } from "../../src/receive/health.ts";
import { createServer } from "../../src/receive/server.ts";
import { temporaryStore } from "../support/temporary.ts";

function serve(check: () => Promise<void>, options: { stopping?: boolean; deadline?: number } = {}) {
  const server = createServer({ log: silent });
  const { stopping = false, deadline } = options;
  healthRoutes(server, { store: { check }, stopping: () => stopping, log: silent, deadline });
  return server;
}

describe("the health addresses", () => {
  it("say that we live, whatever the store does", async () => {
    const server = serve(() => Promise.reject(new Error("gone")), { stopping: true });
    for (const path of ["/health", "/healthz"]) {
      const answer = await server.inject(path);
      expect([answer.statusCode, answer.json()]).toEqual([200, { status: "healthy" }]);
    }
    expect((await server.inject("/ping")).body).toBe("PONG");
  });

  it("a store that can be written is ready", async () => {
    await using kept = await temporaryStore();
    const answer = await serve(() => kept.store.check()).inject("/readyz");
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: "ready" }]);
  });

  it("a store that fails is not ready, and the answer does not say why", async () => {
    const answer = await serve(() => Promise.reject(new ForgehandError("STORE_UNAVAILABLE", "disk"))).inject(
      "/readyz",
    );
    expect([answer.statusCode, answer.json()]).toEqual([503, { status: "store unavailable" }]);
  });

  it("a store that does not answer in time is not ready", async () => {
    const answer = await serve(() => new Promise(() => undefined), { deadline: 5 }).inject("/readyz");
    expect(answer.statusCode).toBe(503);
  });

  it("a process that was told to stop is not ready", async () => {
    const answer = await serve(() => Promise.resolve(), { stopping: true }).inject("/readyz");
    expect([answer.statusCode, answer.json()]).toEqual([503, { status: "stopping" }]);
  });

  it("many who ask at once ask the store once", async () => {
    let asked = 0;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const server = serve(async () => {
      asked++;
      await promise;
    });
    const answers = [server.inject("/readyz"), server.inject("/readyz"), server.inject("/readyz")];
    const first = answers.map((answer) => answer.then(({ statusCode }) => statusCode));
    await server.inject("/health");
    resolve(undefined);
    expect(await Promise.all(first)).toEqual([200, 200, 200]);
    expect(asked).toBe(1);
  });
});
