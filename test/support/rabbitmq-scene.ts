import { afterAll, afterEach, beforeAll, beforeEach } from "@jest/globals";

import type { Stage } from "../../src/core/job.ts";
import type { Hint, Queue } from "../../src/core/queue.ts";
import { rabbitmqQueue } from "../../src/queue/rabbitmq.ts";
import type { Rabbit } from "./rabbitmq.ts";
import { freshRabbit } from "./rabbitmq.ts";
import { recordingLog } from "./recording-log.ts";

/** Long enough that a test that waits for it fails. */
const LONG = 60_000;

/** A vhost for the tests of a file, and queues over it that are closed after each test. */
export interface Scene {
  readonly rabbit: () => Rabbit;
  /** A queue as one process has it; it connects when it is used. */
  readonly open: (url?: string) => Queue;
  /** One that hears what others say of the stages match and run, so that nothing goes past the broker. */
  readonly connected: (url?: string) => Promise<Queue>;
  /** The next hint of a stage, `match` unless said; not taken up. */
  readonly next: (queue: Queue, stage?: Stage, within?: number) => Promise<Hint | undefined>;
  /** The subject of the next hint of a stage; taken up. */
  readonly take: (queue: Queue, stage?: Stage, within?: number) => Promise<string | undefined>;
  /** What was told of the broker at warning or above, or when it works again, as `level CODE`. */
  readonly told: () => string[];
}

export function rabbitScene(): Scene {
  let rabbit: Rabbit;
  let queues: Queue[] = [];
  const { log, lines } = recordingLog();
  const { signal } = new AbortController();

  beforeAll(async () => {
    rabbit = await freshRabbit();
  }, LONG);
  afterAll(async () => rabbit[Symbol.asyncDispose](), LONG);
  beforeEach(() => {
    queues = [];
    lines.length = 0;
  });
  afterEach(async () => {
    await Promise.all(queues.map((queue) => queue.close()));
    await rabbit.clear();
  });

  const open: Scene["open"] = (url = rabbit.url()) => {
    const queue = rabbitmqQueue({ url, log });
    queues.push(queue);
    return queue;
  };
  const next: Scene["next"] = (queue, stage = "match", within = LONG) =>
    queue.next(stage, { within, signal });
  const take: Scene["take"] = async (...asked) => {
    const hint = await next(...asked);
    await hint?.done();
    return hint?.subject;
  };
  return {
    rabbit: () => rabbit,
    open,
    async connected(url) {
      const [queue, teller] = [open(url), open()];
      for (const stage of ["match", "run"] as const) {
        const heard = take(queue, stage);
        teller.wake(stage, "hello");
        await heard;
      }
      return queue;
    },
    next,
    take,
    told: () => lines.map(({ level, data }) => ("code" in data ? `${level} ${String(data.code)}` : level)),
  };
}
