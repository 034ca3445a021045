import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { LEASE_MS, StepStopped } from "../../src/core/job.ts";
import type { Retention } from "../../src/core/prune.ts";
import { createPruneStep, STORE_SUBJECT } from "../../src/prune/prune.ts";
import type { PruneTools } from "../../src/prune/prune.ts";
import { recordingLog } from "../support/recording-log.ts";
import { newRun } from "../support/samples.ts";
import { arrival, ask, LONG } from "../support/store-samples.ts";
import { temporaryStore } from "../support/temporary.ts";
import { until } from "../support/until.ts";

const DAY = 24 * 3_600_000;
const KEEP_ALL: Retention = {
  bodies: {},
  deliveries: {},
  logs: {},
  runs: {},
  mirrors: undefined,
  every: 3_600_000,
};

let kept: Awaited<ReturnType<typeof temporaryStore>>;
beforeEach(async () => {
  kept = await temporaryStore();
});
afterEach(async () => kept[Symbol.asyncDispose]());

function pruning(retention: Partial<Retention>, change: Partial<PruneTools> = {}) {
  const { log, lines } = recordingLog();
  const step = createPruneStep({
    store: kept.store,
    retention: { ...KEEP_ALL, ...retention },
    log,
    rest: 0,
    ...change,
  });
  const look = async (signal = new AbortController().signal) => {
    await ask(kept.store, "prune", STORE_SUBJECT);
    const claim = await until(() => kept.store.claim("prune", { lease: LEASE_MS }));
    await step(claim, signal);
  };
  return { look, step, lines };
}

/** Deliveries of 20 bytes that came so many days ago, matched already unless said otherwise. */
async function came(...days: readonly number[]): Promise<void> {
  for (const [index, ago] of days.entries()) {
    await kept.store.record(arrival({ id: `${index}`, receivedAt: new Date(Date.now() - ago * DAY) }));
    const claim = await until(() => kept.store.claim("match", { lease: LONG }));
    await kept.store.complete(claim, (transaction) => transaction.keepDecisions(claim.subject, []));
  }
}

/** Which of them still have a body, by their ids. */
async function whole(): Promise<string[]> {
  const all = await kept.store.deliveries({ limit: 200 });
  const each = await Promise.all(all.map(({ key }) => kept.store.delivery(key)));
  return each.flatMap((one) => (one?.body === undefined ? [] : [one.id])).reverse();
}

const dueIn = async () => {
  const [job] = await kept.store.jobs({ stage: "prune", limit: 1 });
  return (job?.dueAt?.getTime() ?? 0) - Date.now();
};

describe("the walk over the store", () => {
  it.each<[string, Partial<Retention>, string[]]>([
    ["nothing goes where nothing is said", {}, ["0", "1", "2", "3"]],
    ["what is old goes", { bodies: { age: 14 * DAY } }, ["2", "3"]],
    ["what is too much goes, the oldest first", { bodies: { size: 70 } }, ["1", "2", "3"]],
    ["what fits stays", { bodies: { size: 80 } }, ["0", "1", "2", "3"]],
    ["both count", { bodies: { age: 14 * DAY, size: 25 } }, ["3"]],
    ["everything is too much", { bodies: { size: 19 } }, []],
    ["what was decided goes with the whole of it", { deliveries: { age: 14 * DAY } }, ["2", "3"]],
  ])("%s", async (_, retention, left) => {
    await came(40, 20, 10, 1);
    await pruning(retention).look();
    expect(await whole()).toEqual(left);
    expect(await kept.store.deliveries({ limit: 9 })).toHaveLength(retention.deliveries ? left.length : 4);
  });

  it("lets logs go, and runs", async () => {
    const { store } = kept;
    const { run } = await store.change((transaction) =>
      transaction.addRun(newRun({ thread: undefined, label: undefined, comments: false })),
    );
    const claim = await until(() => store.claim("run", { lease: LONG }));
    await store.appendLog(claim, run.id, "hello\n", 1_000);
    await store.complete(claim, (transaction) => transaction.moveRun(run.id, "cancel"));
    const later = () => Date.now() + 31 * DAY;
    const { look, lines } = pruning({ logs: { age: 30 * DAY } }, { now: later });
    await look();
    expect(await store.log(run.id, 0)).toEqual([]);
    expect(lines).toContainEqual(
      expect.objectContaining({
        message: "pruned",
        data: expect.objectContaining({ what: "logs", bytes: 6 }),
      }),
    );
    await pruning({ runs: { age: 30 * DAY } }, { now: later }).look();
    expect(await store.run(run.id)).toBeUndefined();
  });

  it("comes again, whatever it did", async () => {
    const { look } = pruning({});
    await look();
    expect(await dueIn()).toBeGreaterThan(3_500_000);
    expect(await dueIn()).toBeLessThanOrEqual(3_600_000);
  });

  it("is done in stints, so that a worker that stops waits for none", async () => {
    await came(...Array.from({ length: 65 }, () => 20));
    const { look } = pruning({ bodies: { age: 14 * DAY } }, { stint: 0 });
    await look();
    await look();
    expect(await whole()).toHaveLength(35);
    expect(await dueIn()).toBeLessThanOrEqual(1_000);
    await look();
    await look();
    expect(await whole()).toEqual([]);
  });

  it("begins where it ended, and once a day at the oldest", async () => {
    let now = Date.now();
    await came(20, 19, 1);
    const looked: number[] = [];
    const prune: PruneTools["store"]["prune"] = (claim, what, slice) => {
      looked.push(slice.after);
      return kept.store.prune(claim, what, slice);
    };
    const store = { ...kept.store, prune };
    const { look } = pruning({ bodies: { age: 14 * DAY } }, { store, now: () => now });
    await look();
    await look();
    now += DAY;
    await look();
    expect(looked).toEqual([0, 2, 0]);
  });

  it("stops at once when its worker does, and where another has the job", async () => {
    await came(20);
    const controller = new AbortController();
    controller.abort(new StepStopped("stopping"));
    const { look, step } = pruning({ bodies: { age: DAY } });
    await expect(look(controller.signal)).rejects.toMatchObject({ why: "stopping" });
    const claim = {
      stage: "prune",
      subject: STORE_SUBJECT,
      revision: 1,
      attempts: 1,
      token: "lost",
    } as const;
    const lost = step({ ...claim, takenOver: false, again: false }, new AbortController().signal);
    await expect(lost).rejects.toMatchObject({ why: "lost" });
    expect(await whole()).toEqual(["0"]);
  });
});
