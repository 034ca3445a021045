import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "@jest/globals";

import type { Stage } from "../../src/core/job.ts";
import type { Queue } from "../../src/core/queue.ts";
import { rabbitmqQueue } from "../../src/queue/rabbitmq.ts";
import type { Worker } from "../../src/queue/worker.ts";
import { startWorker } from "../../src/queue/worker.ts";
import { queueContract } from "../contracts/queue.ts";
import { freePort } from "../support/free-port.ts";
import type { Rabbit } from "../support/rabbitmq.ts";
import { freshRabbit, missingForRabbit } from "../support/rabbitmq.ts";
import { recordingLog } from "../support/recording-log.ts";
import { describeWith } from "../support/services.ts";
import { ask } from "../support/store-samples.ts";
import { temporaryStore } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { layWire } from "../support/wire.ts";

/** Long enough that a test that waits for it fails. */
const LONG = 60_000;
const AT_ONCE = 0;
const { signal } = new AbortController();

describeWith(await missingForRabbit())("RabbitMQ", () => {
  let rabbit: Rabbit;
  let queues: Queue[];
  const { log, lines } = recordingLog();

  beforeAll(async () => {
    rabbit = await freshRabbit();
  }, LONG);
  afterAll(() => rabbit[Symbol.asyncDispose](), LONG);
  beforeEach(() => {
    queues = [];
    lines.length = 0;
  });
  afterEach(async () => {
    await Promise.all(queues.map((queue) => queue.close()));
    await rabbit.clear();
  });

  function open(url = rabbit.url()): Queue {
    const queue = rabbitmqQueue({ url, log });
    queues.push(queue);
    return queue;
  }

  const take = async (queue: Queue, { stage = "match" as Stage, within = LONG } = {}) => {
    const hint = await queue.next(stage, { within, signal });
    await hint?.done();
    return hint?.subject;
  };

  /** Queues of which each hears the others, so that nothing of the test goes past the broker. */
  async function connected(count: number, urls: readonly string[] = []): Promise<Queue[]> {
    const opened = Array.from({ length: count }, (_, index) => open(urls[index]));
    const teller = open();
    for (const stage of ["match", "run"] as const) {
      for (const queue of opened) {
        const heard = take(queue, { stage });
        teller.wake(stage, "hello");
        expect(await heard).toBe("hello");
      }
    }
    return opened;
  }

  /** How many messages of a stage nobody holds, and how many somebody holds. */
  async function standing(stage: Stage): Promise<{ ready: number; held: number; consumers: number }> {
    const fields = ["name", "messages_ready", "messages_unacknowledged", "consumers"];
    const text = await rabbit.ctl("list_queues", "-p", rabbit.vhost, "--formatter", "json", ...fields);
    const rows = JSON.parse(text) as Record<string, unknown>[];
    const row = rows.find(({ name }) => name === `forgehand.${stage}`);
    return {
      ready: Number(row?.messages_ready),
      held: Number(row?.messages_unacknowledged),
      consumers: Number(row?.consumers),
    };
  }

  queueContract({
    name: "RabbitMQ",
    open: async () => {
      const [queue] = await connected(1);
      if (queue === undefined) throw new Error("no queue was opened");
      return queue;
    },
  });

  it("brings a hint of one process to another", async () => {
    const [here, there] = await connected(2);
    const taken = take(there!);
    here!.wake("match", "1");
    expect(await taken).toBe("1");
  });
});
