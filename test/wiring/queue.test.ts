import { describe, expect, it } from "@jest/globals";

import { silent } from "../../src/core/log.ts";
import { openQueue } from "../../src/wiring/queue.ts";
import { freePort } from "../support/free-port.ts";

describe("the queue that a config names", () => {
  it.each([
    ["beside a file", () => ({ queue: "embedded", database: "sqlite:/nowhere.db" })],
    [
      "over a PostgreSQL that is not there",
      (port: number) => ({ queue: "embedded", database: `postgres://127.0.0.1:${port}/nothing` }),
    ],
    [
      "a RabbitMQ that is not there",
      (port: number) => ({ queue: `amqp://127.0.0.1:${port}`, database: "sqlite:/nowhere.db" }),
    ],
  ])("wakes the workers of this process: %s", async (_what, config) => {
    const queue = await openQueue(config(await freePort()), silent);
    queue.wake("run", "1");
    const hint = await queue.next("run", { within: 0, signal: new AbortController().signal });
    expect(hint?.subject).toBe("1");
    await queue.close();
  });
});
