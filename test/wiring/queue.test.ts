import { describe, expect, it } from "@jest/globals";

import { silent } from "../../src/core/log.ts";
import { openQueue } from "../../src/wiring/queue.ts";
import { freePort } from "../support/free-port.ts";

describe("the queue that a config names", () => {
  it.each([
    ["embedded", () => Promise.resolve("embedded")],
    ["a RabbitMQ that is not there", async () => `amqp://127.0.0.1:${await freePort()}`],
  ])("wakes the workers of this process: %s", async (_what, address) => {
    const queue = await openQueue({ queue: await address() }, silent);
    queue.wake("run", "1");
    const hint = await queue.next("run", { within: 0, signal: new AbortController().signal });
    expect(hint?.subject).toBe("1");
    await queue.close();
  });
});
