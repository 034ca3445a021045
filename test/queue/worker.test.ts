import { once } from "node:events";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { ForgehandError } from "../../src/core/errors.ts";
import type { Claim } from "../../src/core/job.ts";
import { StepStopped } from "../../src/core/job.ts";
import type { Queue } from "../../src/core/queue.ts";
import type { Store } from "../../src/core/store.ts";
import { embeddedQueue } from "../../src/queue/embedded.ts";
import type { StageWork, Worker, WorkerOptions } from "../../src/queue/worker.ts";
import { startWorker } from "../../src/queue/worker.ts";
import { recordingLog } from "../support/recording-log.ts";
import { ask, claimed, nothing } from "../support/store-samples.ts";
import { temporaryStore } from "../support/temporary.ts";
import { until } from "../support/until.ts";

/** A sweep that no test waits for. */
const NEVER = 600_000;

describe("a worker", () => {
  let place: Awaited<ReturnType<typeof temporaryStore>>;
  let store: Store;
  let queue: Queue;
  let workers: Worker[];
  const { log, lines } = recordingLog();

  beforeEach(async () => {
    place = await temporaryStore();
    store = place.store;
    queue = embeddedQueue();
    workers = [];
    lines.length = 0;
  });
  afterEach(async () => {
    for (const worker of workers) await worker.stop({ grace: 0 });
    await place[Symbol.asyncDispose]();
  });

  function start(
    work: StageWork["work"],
    options: Partial<WorkerOptions> & { concurrency?: number } = {},
  ): Worker {
    const { concurrency = 1, ...rest } = options;
    const stages = { report: { concurrency, work } };
    const worker = startWorker({ store, queue, log, stages, sweep: 20, ...rest });
    workers.push(worker);
    return worker;
  }

  const complete = async (claim: Claim) => {
    await store.complete(claim, nothing);
  };
  const isEmpty = async () => (await store.jobs({ limit: 1 })).length === 0;
  /** Resolves with the reason of the abort. */
  const stopped = async (signal: AbortSignal): Promise<unknown> => {
    if (!signal.aborted) await once(signal, "abort");
    return signal.reason;
  };

  it("does what was due before it started", async () => {
    await ask(store, "report", "one");
    await ask(store, "report", "two");
    start(complete, { sweep: NEVER });
    await until(isEmpty);
  });

  it("does at once what a hint tells of", async () => {
    start(complete, { sweep: NEVER });
    await ask(store, "report", "place");
    queue.wake("report", "place");
    await until(isEmpty);
  });

  it("finds by its sweep what no hint told of", async () => {
    start(complete);
    await ask(store, "report", "place");
    await until(isEmpty);
  });

  it("minds no hint of a job that is gone", async () => {
    start(complete, { sweep: NEVER });
    queue.wake("report", "gone");
    await ask(store, "report", "place");
    queue.wake("report", "place");
    await until(isEmpty);
  });

  it("sweeps even while hints keep coming", async () => {
    start(complete);
    await ask(store, "report", "place");
    let subject = 0;
    await until(async () => {
      for (let count = 0; count < 50; count += 1) queue.wake("report", `gone ${(subject += 1)}`);
      return isEmpty();
    });
  });

  it("has no more jobs in hand than it may", async () => {
    for (const subject of ["1", "2", "3", "4", "5", "6"]) await ask(store, "report", subject);
    let [inHand, most] = [0, 0];
    const work = async (claim: Claim) => {
      inHand += 1;
      most = Math.max(most, inHand);
      await until(() => inHand === 2 || most === 2);
      await complete(claim);
      inHand -= 1;
    };
    start(work, { concurrency: 2 });
    await until(isEmpty);
    expect(most).toBe(2);
  });

  it("shares the jobs with others, each done once", async () => {
    const done: string[] = [];
    const work = async (claim: Claim) => {
      done.push(claim.subject);
      await complete(claim);
    };
    const subjects = Array.from({ length: 40 }, (_, index) => String(index));
    for (const subject of subjects) await ask(store, "report", subject);
    for (let count = 0; count < 3; count += 1) start(work, { concurrency: 4 });
    await until(isEmpty);
    expect(done.sort()).toEqual(subjects.sort());
  });

  it("holds its claim for as long as the step takes", async () => {
    await ask(store, "report", "place");
    let aborted = false;
    start(
      async (claim, signal) => {
        signal.addEventListener("abort", () => (aborted = true));
        const first = await dueAt();
        await until(async () => (await dueAt()) > first + 300);
        await complete(claim);
      },
      { lease: 150 },
    );
    const dueAt = async () => (await store.jobs({ limit: 1 }))[0]?.dueAt?.getTime() ?? 0;
    await until(isEmpty);
    expect(aborted).toBe(false);
  });

  it("aborts the step of a claim that it lost, and leaves the job to its new holder", async () => {
    await ask(store, "report", "place");
    const reasons: unknown[] = [];
    let started = false;
    // A store whose heartbeats do not arrive: the lease runs out, though the step goes on.
    const deaf: Store = { ...store, renew: () => Promise.reject(new Error("no answer")) };
    start(
      async (_claim, signal) => {
        started = true;
        reasons.push(await stopped(signal));
        throw new Error("aborted");
      },
      { store: deaf, lease: 60, sweep: NEVER },
    );
    await until(() => started);
    const taken = await claimed(store, "report");
    await until(() => reasons.length > 0);
    expect(taken.takenOver).toBe(true);
    expect(reasons[0]).toBeInstanceOf(StepStopped);
    expect(reasons[0]).toMatchObject({ why: "lost" });
    expect(await store.complete(taken, () => Promise.resolve("mine"))).toBe("mine");
  });

  it("goes on with a step beyond its lease while the disk is full, and has its claim renewed before anybody claims", async () => {
    await ask(store, "report", "place");
    const full = () => Promise.reject(new ForgehandError("STORE_FULL", "full", { retryable: true }));
    let [isFull, renewals, claims, aborted] = [false, 0, 0, false];
    const crowded: Store = {
      ...store,
      claim: (...given) => ((claims += 1), isFull ? full() : store.claim(...given)),
      check: () => (isFull ? full() : store.check()),
      renew: (...given) => {
        if (isFull) renewals += 1;
        return isFull ? full() : store.renew(...given);
      },
    };
    start(
      async (claim, signal) => {
        signal.addEventListener("abort", () => (aborted = true));
        const before = claims;
        isFull = true;
        await until(() => claims > before && renewals > 12);
        isFull = false;
        const due = async () => (await store.jobs({ limit: 1 }))[0]?.dueAt?.getTime() ?? 0;
        await until(async () => (await due()) > Date.now());
        await complete(claim);
      },
      { store: crowded, lease: 150, concurrency: 2 },
    );
    await until(isEmpty);
    expect(aborted).toBe(false);
    const told = lines.filter(({ message }) => message.startsWith("a claim"));
    expect(told.map(({ message }) => message)).toEqual([
      "a claim could not be renewed and is tried again",
      "a claim is renewed again",
    ]);
  });

  it("aborts the step as soon as a heartbeat finds the claim taken over", async () => {
    await ask(store, "report", "place");
    const why: unknown[] = [];
    const robbed: Store = { ...store, renew: () => Promise.resolve(false) };
    start(async (_claim, signal) => void why.push(await stopped(signal)), { store: robbed, lease: 3_000 });
    await until(() => why.length > 0);
    expect(why[0]).toMatchObject({ why: "lost" });
  });

  it("gives a job back whose step fails, with its trouble, to be tried again later", async () => {
    await ask(store, "report", "place");
    start(() => Promise.reject(new ForgehandError("FORGE_UNREACHABLE", "No answer.", { retryable: true })));
    const [job] = await until(async () => {
      const jobs = await store.jobs({ limit: 1 });
      return jobs[0]?.error === "No answer." && jobs;
    });
    expect(job).toMatchObject({ attempts: 1, held: false });
    expect(job!.dueAt!.getTime()).toBeGreaterThan(Date.now());
    expect(lines).toMatchObject([{ level: "warn", message: "a job failed and is tried again" }]);
  });

  it("parks a job that trying again cannot help", async () => {
    await ask(store, "report", "place");
    start(() => Promise.reject(new ForgehandError("FORGE_REFUSED", "Never.")));
    const [job] = await until(async () => {
      const jobs = await store.jobs({ limit: 1 });
      return jobs[0]?.error === "Never." && jobs;
    });
    expect(job).not.toHaveProperty("dueAt");
    expect(lines).toMatchObject([{ level: "error", data: { reason: "Never." } }]);
  });

  it("gives a job back whose step ended without completing it, and says that this is a defect", async () => {
    await ask(store, "report", "place");
    start(nothing);
    await until(async () => (await store.jobs({ limit: 1 }))[0]?.error.includes("defect"));
    expect(lines).toMatchObject([{ level: "error", message: "a step ended without completing its job" }]);
  });

  it("goes on when the store answers again", async () => {
    await ask(store, "report", "place");
    let failures = 3;
    const claim: Store["claim"] = (...given) =>
      (failures -= 1) >= 0 ? Promise.reject(new Error("no answer")) : store.claim(...given);
    start(complete, { store: { ...store, claim } });
    await until(isEmpty);
    expect(lines.map(({ message }) => message)).toEqual([
      "the store gives no jobs; it is asked again",
      "the store answers again",
    ]);
  });

  it("lets a step finish when it stops, and claims nothing more", async () => {
    await ask(store, "report", "first");
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    let started = 0;
    const worker = start(async (claim) => {
      started += 1;
      await finished;
      await complete(claim);
    });
    await until(() => started === 1);
    const stopping = worker.stop({ grace: NEVER });
    await ask(store, "report", "second");
    queue.wake("report", "second");
    finish();
    await stopping;
    expect((await store.jobs({ limit: 10 })).map(({ subject }) => subject)).toEqual(["second"]);
    expect(started).toBe(1);
  });

  it("aborts what takes longer than the grace time, and gives it back for others at once", async () => {
    await ask(store, "report", "place");
    const reasons: unknown[] = [];
    let started = false;
    const worker = start(async (_claim, signal) => {
      started = true;
      reasons.push(await stopped(signal));
      throw new Error("stopped");
    });
    await until(() => started);
    await worker.stop({ grace: 1 });
    expect(reasons).toMatchObject([{ why: "stopping" }]);
    // The call that was cut short may still reach the forge.
    expect(await store.claim("report", { lease: NEVER })).toMatchObject({ takenOver: true, attempts: 2 });
  });

  it("stops when it has nothing to do", async () => {
    await start(complete, { sweep: NEVER }).stop({ grace: NEVER });
    expect(lines).toEqual([]);
  });
});
