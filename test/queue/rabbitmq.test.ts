import { describe, expect, it } from "@jest/globals";

import type { Claim } from "../../src/core/job.ts";
import { silent } from "../../src/core/log.ts";
import { rabbitmqQueue } from "../../src/queue/rabbitmq.ts";
import { startWorker } from "../../src/queue/worker.ts";
import { queueContract } from "../contracts/queue.ts";
import { missingForRabbit } from "../support/rabbitmq.ts";
import { rabbitScene } from "../support/rabbitmq-scene.ts";
import { describeWith } from "../support/services.ts";
import { ask, nothing } from "../support/store-samples.ts";
import { temporaryStore } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { layWire } from "../support/wire.ts";

/** A sweep that no test waits for. */
const NEVER = 600_000;
const SHORT = 5;

describeWith(await missingForRabbit())("RabbitMQ", () => {
  const { rabbit, open, connected, next, take } = rabbitScene();

  queueContract({ name: "RabbitMQ", open: () => connected() });

  it("brings a hint of one process to another", async () => {
    const [here, there] = [await connected(), await connected()];
    const taken = take(there);
    here.wake("match", "1");
    expect(await taken).toBe("1");
  });

  it("leaves a process with room its own hints, unless there was nothing for it", async () => {
    const [here, there] = [await connected(), await connected()];
    const elsewhere = next(there);
    for (const subject of ["1", "2"]) {
      const taken = next(here);
      here.wake("match", subject);
      const hint = await taken;
      expect(hint?.subject).toBe(subject);
      await hint?.done({ found: subject === "1" });
    }
    expect((await elsewhere)?.subject).toBe("2");
  });

  it("lets an idle process have what a busy one cannot take", async () => {
    const [busy, idle, teller] = [await connected(), await connected(), open()];
    const taken = next(busy);
    teller.wake("match", "1");
    const inHand = await taken;
    teller.wake("match", "2");
    expect([inHand?.subject, await take(idle)]).toEqual(["1", "2"]);
    await inHand?.done();
    teller.wake("match", "3");
    expect(await take(idle)).toBe("3");
  });

  it("gives back at once what comes when nobody waits any more", async () => {
    const [busy, idle] = [await connected(), await connected()];
    for (const subject of ["1", "2", "3"]) {
      await take(busy, "match", SHORT);
      idle.wake("match", subject);
      expect(await take(idle)).toBe(subject);
    }
  });

  it("brings a hint again when its process dies before it was taken up", async () => {
    await using wire = await layWire(rabbit());
    const [dying, other] = [await connected(rabbit().url({ port: wire.port })), await connected()];
    const taken = next(dying);
    other.wake("match", "1");
    expect((await taken)?.subject).toBe("1");
    wire.cut();
    expect(await take(other)).toBe("1");
  });

  it("brings a hint again when it was not taken up for a while", async () => {
    const [stuck, other] = [await connected(), await connected()];
    const taken = next(stuck);
    other.wake("match", "1");
    const hint = await taken;
    expect(await take(other)).toBe("1");
    await hint?.done();
    other.wake("match", "2");
    expect(await take(stuck)).toBe("2");
  });

  it("brings a hint again when its process closes before it was taken up", async () => {
    const [closing, other] = [await connected(), await connected()];
    const taken = next(closing);
    other.wake("match", "1");
    await taken;
    await closing.close();
    expect(await take(other)).toBe("1");
  });

  it("sends the last hints before it closes", async () => {
    const [closing, other] = [await connected(), await connected()];
    const subjects = Array.from({ length: 500 }, (_, index) => String(index));
    for (const subject of subjects) closing.wake("match", subject);
    await closing.close();
    const taken: (string | undefined)[] = [];
    while (taken.length < subjects.length) taken.push(await take(other));
    expect(taken).toEqual(subjects);
  });

  it("drops what is no hint", async () => {
    const queue = await connected();
    await rabbit().with((channel) => channel.basicPublish("forgehand.match", { task: "whole" }));
    queue.wake("match", "1");
    expect(await take(queue)).toBe("1");
  });

  describe("with workers", () => {
    it.each([
      { name: "by hints alone", sweep: NEVER, cut: false },
      { name: "though the broker goes away meanwhile", sweep: 20, cut: true },
    ])("does every job once, $name", async ({ sweep, cut }) => {
      await using place = await temporaryStore();
      await using wire = await layWire(rabbit());
      const { store } = place;
      const done: string[] = [];
      const work = async (claim: Claim) => {
        await store.complete(claim, nothing);
        done.push(claim.subject);
        if (cut && done.length === 50) wire.cut();
        if (cut && done.length === 150) wire.mend();
      };
      const url = rabbit().url({ port: wire.port });
      const queues = [await connected(url), await connected(url)];
      const workers = queues.map((queue) =>
        startWorker({ store, queue, log: silent, stages: { report: { concurrency: 2, work } }, sweep }),
      );
      const teller = open(url);
      const subjects = Array.from({ length: 200 }, (_, index) => String(index));
      for (const subject of subjects) {
        await ask(store, "report", subject);
        teller.wake("report", subject);
      }
      await until(async () => (await store.jobs({ limit: 1 })).length === 0);
      for (const worker of workers) await worker.stop({ grace: 0 });
      expect(done.sort()).toEqual(subjects.sort());
    });
  });
});

it("takes nothing for an address of RabbitMQ that is none", () => {
  for (const url of ["embedded", "amqp://", "http://127.0.0.1", "amqp://u:p/w@host"])
    expect(() => rabbitmqQueue({ url, log: silent })).toThrow(TypeError);
});
