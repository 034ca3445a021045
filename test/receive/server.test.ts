import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";

import { describe, expect, it } from "@jest/globals";

import { createServer } from "../../src/receive/server.ts";
import { recordingLog } from "../support/recording-log.ts";
import { until } from "../support/until.ts";

describe("the server", () => {
  it("closing it lets a request that has begun finish, and takes no other", async () => {
    const { log } = recordingLog();
    const server = createServer({ log });
    const begun = Promise.withResolvers<undefined>();
    const go = Promise.withResolvers<undefined>();
    server.get("/slow", async () => {
      begun.resolve(undefined);
      await go.promise;
      return "done";
    });
    const url = await server.listen({ host: "127.0.0.1", port: 0 });
    const slow = fetch(`${url}/slow`);
    await begun.promise;
    const closed = server.close();
    await until(() => !server.server.listening);
    await expect(fetch(`${url}/slow`)).rejects.toThrow("fetch failed");
    go.resolve(undefined);
    expect(await (await slow).text()).toBe("done");
    await closed;
  });

  it("closing it does not wait for a connection on which nobody asked anything yet", async () => {
    const server = createServer({ log: recordingLog().log });
    const { port } = new URL(await server.listen({ host: "127.0.0.1", port: 0 }));
    const accepted = once(server.server, "connection");
    // In a process of its own: nock holds connections of this one back until something is written.
    const client = spawn(process.execPath, ["-e", `require("net").connect(${port}, "127.0.0.1").resume()`]);
    const ended = once(client, "exit");
    await accepted;
    await server.close();
    await ended;
  });

  it("an unexpected fault is answered dully and logged without the address, which may carry a token", async () => {
    const { log, lines } = recordingLog();
    const server = createServer({ log });
    server.get("/broken/:name", () => {
      throw new Error("inner workings");
    });
    const answer = await server.inject("/broken/x?token=hunter2");
    expect([answer.statusCode, answer.json()]).toEqual([500, { error: "something went wrong" }]);
    expect(lines).toMatchObject([
      { level: "error", data: { route: "/broken/:name", error: "inner workings" } },
    ]);
    expect(JSON.stringify(lines)).not.toContain("hunter2");
    await server.close();
  });

  it("a malformed request gets 400 and does no harm", async () => {
    const { log, lines } = recordingLog();
    const server = createServer({ log });
    const { port } = new URL(await server.listen({ host: "127.0.0.1", port: 0 }));
    const socket = connect(Number(port), "127.0.0.1").setEncoding("utf8");
    socket.write("NONSENSE\r\n\r\n");
    const [answer] = (await once(socket, "data")) as [string];
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(lines).toEqual([]);
    socket.destroy();
    await server.close();
  });
});
