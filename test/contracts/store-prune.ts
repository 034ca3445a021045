import { describe, expect, it } from "@jest/globals";

import type { Claim } from "../../src/core/job.ts";
import type { Prunable, Pruned, PruneSlice } from "../../src/core/prune.ts";
import type { NewRun, Run, RunFacts } from "../../src/core/run.ts";
import { placeKey } from "../../src/core/status.ts";
import type { Store } from "../../src/core/store.ts";
import { endRun } from "../../src/core/run-steps.ts";
import { ISSUE, newRun, OTHER_SHA, PULL_REQUEST, pushEvent, repo, SHA } from "../support/samples.ts";
import { arrival, ask, claimed, LONG, nothing, OVER } from "../support/store-samples.ts";
import { until } from "../support/until.ts";
import type { Bench } from "./store-bench.ts";

const DAY_MS = 24 * 3_600_000;
/** Later than everything that a test makes happen. */
const soon = () => new Date(Date.now() + DAY_MS);

/** Do away with all jobs but those that somebody holds, so that nothing is owed. */
async function settleJobs(store: Store): Promise<void> {
  for (const stage of ["match", "run", "report"] as const) {
    for (const { subject, held } of await store.jobs({ stage, limit: 200 })) {
      if (held) continue;
      const claim = await until(() => store.claim(stage, { lease: LONG, subject }));
      await store.complete(claim, nothing);
    }
  }
}

/** What every Store keeps, and what it lets go. */
export function pruneTests(bench: () => Bench): void {
  const walker = async (store: Store): Promise<Claim> => {
    await ask(store, "prune", "store");
    return claimed(store, "prune");
  };
  const prune = async (what: Prunable, change: Partial<PruneSlice> = {}, claim?: Claim): Promise<Pruned> => {
    const { store } = bench();
    const held = claim ?? (await walker(store));
    const pruned = await store.prune(held, what, { after: 0, before: soon(), limit: 50, ...change });
    if (claim === undefined) await store.complete(held, nothing);
    if (pruned === "lost") throw new Error("the claim was lost");
    return pruned;
  };
  /** Keep deliveries that came at these times; their keys. */
  const came = async (...times: readonly number[]): Promise<string[]> => {
    const { store } = bench();
    const keys: string[] = [];
    for (const time of times) {
      const delivery = { forge: "github", door: "", id: `at-${time}` };
      await store.record(arrival({ ...delivery, receivedAt: new Date(time) }));
      keys.push((await store.deliveryKey(delivery))!);
    }
    return keys;
  };
  const hasBody = async (key: string) => (await bench().store.delivery(key))?.body !== undefined;
  let count = 0;
  const add = (change: Partial<NewRun> = {}, facts: RunFacts = {}): Promise<Run> =>
    bench().store.change(async (transaction) => {
      const { run } = await transaction.addRun(newRun({ key: `prune ${count++}`, ...change }));
      return transaction.noteRun(run.id, facts);
    });
  /** A run that is over and of a push, so that nothing but what a test says needs it. */
  const ended = async (change: Partial<NewRun> = {}, facts: RunFacts = {}, lines: readonly string[] = []) => {
    const { store } = bench();
    const push = { sha: SHA, event: pushEvent(), thread: undefined, label: undefined };
    const run = await add(
      { ...push, key: `push ${count++}`, publishes: false, comments: false, ...change },
      facts,
    );
    await store.change((transaction) => transaction.moveRun(run.id, "start"));
    for (const line of lines) {
      const claim = await until(() => store.claim("run", { lease: LONG, subject: String(run.id) }));
      await store.appendLog(claim, run.id, line, 1_000);
      await store.giveBack(claim, { after: 0, error: "" });
    }
    await store.change((transaction) => endRun(transaction, run.id, "succeed", { reason: "" }));
    await settleJobs(store);
    return run;
  };
  const isThere = async ({ id }: Run) => (await bench().store.run(id)) !== undefined;

  describe("pruned bodies", () => {
    it("go by age, oldest first, and what was decided stays", async () => {
      const { store } = bench();
      const [old, young] = await came(1_000, 2_000);
      for (const subject of [old, young]) {
        const claim = await until(() => store.claim("match", { lease: LONG, subject }));
        await store.complete(claim, (transaction) => transaction.keepDecisions(claim.subject, []));
      }
      expect(await prune("bodies", { before: new Date(2_000) })).toEqual({
        count: 1,
        bytes: 20,
        after: Number(old),
        more: false,
      });
      expect(await store.delivery(old!)).toMatchObject({ key: old, decisions: [], reading: "event" });
      expect([await hasBody(old!), await hasBody(young!)]).toEqual([false, true]);
      expect(await prune("bodies", { before: new Date(2_000) })).toMatchObject({ count: 0 });
    });

    it("go in slices, each beginning where the one before ended", async () => {
      const keys = await came(1, 2, 3, 4, 5);
      await settleJobs(bench().store);
      const first = await prune("bodies", { limit: 2 });
      expect(first).toMatchObject({ count: 2, after: Number(keys[1]), more: true });
      const second = await prune("bodies", { limit: 2, after: first.after });
      expect(second).toMatchObject({ count: 2, after: Number(keys[3]), more: true });
      expect(await prune("bodies", { limit: 2, after: second.after })).toMatchObject({
        count: 1,
        more: false,
      });
    });

    it("go by their place where all of them are too many", async () => {
      const [first, second, third] = await came(1, 2, 3);
      await settleJobs(bench().store);
      const weights = await bench().store.weigh("bodies", { limit: 10 });
      expect(weights).toEqual([third, second, first].map((key) => ({ id: Number(key), bytes: 20 })));
      expect(await bench().store.weigh("bodies", { limit: 1, below: Number(third) })).toEqual(
        weights.slice(1, 2),
      );
      expect(await prune("bodies", { before: undefined, through: Number(second) })).toMatchObject({
        count: 2,
      });
      expect(await Promise.all([first, second, third].map((key) => hasBody(key!)))).toEqual([
        false,
        false,
        true,
      ]);
    });

    it.each<[string, (store: Store, key: string) => Promise<unknown>]>([
      ["is to be matched", (store, key) => ask(store, "match", key)],
      [
        "was given up until somebody asks again",
        async (store, key) => {
          await ask(store, "match", key);
          const claim = await claimed(store, "match");
          return store.giveBack(claim, { after: undefined, error: "no" });
        },
      ],
      [
        "waits for an approval",
        (store, delivery) =>
          store.change((transaction) =>
            transaction.wait({ ...place, thread: PULL_REQUEST, sha: SHA, repoName: "octo/hello", delivery }),
          ),
      ],
      [
        "waits for the end of a run",
        (store, delivery) => store.change((transaction) => transaction.postpone({ ...place, delivery })),
      ],
      [
        "opened a request that is open",
        (store, delivery) =>
          store.change((transaction) =>
            transaction.saveRequest({ ...place, generation: 1, state: "open", delivery }),
          ),
      ],
      ["caused a run that is not over", (_store, delivery) => add({ delivery })],
    ])("stay as long as the delivery %s", async (_, need) => {
      const [needed, other] = await came(1, 2);
      await settleJobs(bench().store);
      await need(bench().store, needed!);
      expect(await prune("bodies")).toMatchObject({ count: 1, after: Number(other) });
      expect(await prune("deliveries")).toMatchObject({ count: 1, after: Number(other) });
      expect([await hasBody(needed!), await hasBody(other!)]).toEqual([true, false]);
      expect(await bench().store.delivery(other!)).toBeUndefined();
    });

    it("come back with a delivery that comes again, and are matched", async () => {
      const { store } = bench();
      const [key] = await came(1);
      await settleJobs(store);
      await prune("bodies");
      expect(await store.record(arrival({ id: "at-1", receivedAt: new Date(1) }))).toBe("recorded");
      expect(await hasBody(key!)).toBe(true);
      expect(await claimed(store, "match")).toMatchObject({ subject: key });
    });
  });

  const place = { automation: "coding-agent", forge: "github", repo: repo.id, thread: ISSUE };

  it("lets whole deliveries go with what was decided, light ones too", async () => {
    const { store } = bench();
    await came(1, 2);
    await store.record(arrival({ id: "light", receivedAt: new Date(2) }, { wanted: false }));
    for (let one = 0; one < 2; one += 1) {
      const claim = await claimed(store, "match");
      await store.complete(claim, (transaction) => transaction.keepDecisions(claim.subject, []));
    }
    await came(5);
    await settleJobs(store);
    expect(await prune("deliveries", { before: new Date(5) })).toMatchObject({ count: 3, bytes: 40 });
    expect((await store.deliveries({ limit: 10 })).map(({ id }) => id)).toEqual(["at-5"]);
  });

  describe("pruned logs", () => {
    const LINES = ["one\n", "two\n", "three\n"];

    it("go piece by piece, the last one first, and are weighed by what is there", async () => {
      const { store } = bench();
      const run = await ended({}, {}, LINES);
      const other = await ended({}, {}, LINES);
      expect(await store.weigh("logs", { limit: 10 })).toEqual([
        { id: other.id, bytes: 14 },
        { id: run.id, bytes: 14 },
      ]);
      expect(await prune("logs", { limit: 2 })).toEqual({ count: 2, bytes: 10, after: 0, more: true });
      expect((await store.log(run.id, 0)).map(({ text }) => text)).toEqual(["one\n"]);
      const next = await prune("logs", { limit: 2 });
      expect(next).toEqual({ count: 1, bytes: 4, after: run.id, more: true });
      expect(await prune("logs", { after: next.after })).toMatchObject({ count: 3, bytes: 14, more: false });
      expect([await store.log(run.id, 0), await store.log(other.id, 0)]).toEqual([[], []]);
      expect(await store.run(run.id)).toMatchObject({ state: "succeeded" });
    });

    it("stay while their run is not over, and while it is young", async () => {
      const { store } = bench();
      const run = await add();
      const claim = await claimed(store, "run");
      await store.appendLog(claim, run.id, "one\n", 1_000);
      expect(await prune("logs")).toMatchObject({ count: 0 });
      expect(await prune("logs", { through: run.id })).toMatchObject({ count: 0 });
      const young = await ended({}, {}, LINES);
      expect(await prune("logs", { before: new Date(0) })).toMatchObject({ count: 0, more: false });
      expect(await store.log(run.id, 0)).toHaveLength(1);
      expect(await store.log(young.id, 0)).toHaveLength(3);
    });
  });

  describe("pruned runs", () => {
    it("go with their logs and with what was reported of their commit, and dangle nowhere", async () => {
      const { store } = bench();
      const key = placeKey({
        kind: "status",
        forge: "github",
        repo: repo.id,
        sha: SHA,
        context: "forgehand/test",
      });
      const run = await ended({ context: "forgehand/test" }, {}, ["one\n"]);
      const newer = await ended({ context: "forgehand/test" });
      await store.change((transaction) => transaction.savePlace({ key, reported: "success" }));
      expect(await prune("runs", { limit: 2 })).toMatchObject({ count: 1, bytes: 4, after: run.id });
      expect([await isThere(run), await isThere(newer)]).toEqual([false, true]);
      expect(await store.log(run.id, 0)).toEqual([]);
      expect(await store.place(key)).toMatchObject({ reported: "success" });
      expect(await prune("runs")).toMatchObject({ count: 1, more: false });
      expect(await store.place(key)).toBeUndefined();
    });

    it("leave a request that is closed without its run", async () => {
      const { store } = bench();
      const run = await ended({ thread: ISSUE });
      const request = { ...place, generation: 1, delivery: "1", run: run.id } as const;
      const save = (state: "answered" | "closed") =>
        store.change((transaction) => transaction.saveRequest({ ...request, state }));
      await save("answered");
      expect(await prune("runs")).toMatchObject({ count: 0 });
      await save("closed");
      expect(await prune("runs")).toMatchObject({ count: 1 });
      expect(await store.request(place)).toEqual({ ...place, generation: 1, delivery: "1", state: "closed" });
    });

    it.each<[string, () => Promise<Run>]>([
      ["is not over", () => add()],
      [
        "is followed by another",
        async () => {
          const run = await ended();
          await add({ follows: run.id });
          return run;
        },
      ],
      [
        "is the newest that the comment of its issue tells of",
        () => ended({ thread: ISSUE, comments: true }),
      ],
      [
        "is the newest that the labels of its issue show",
        () => ended({ thread: ISSUE, label: "coding agent" }),
      ],
      ["is the newest that pushed to its branch", () => ended({}, { branch: "b", pushedSha: OTHER_SHA })],
      [
        "has a place that is to be reported",
        async () => {
          const run = await ended();
          const { forge, context } = run;
          await ask(
            bench().store,
            "report",
            placeKey({ kind: "status", forge, repo: repo.id, sha: SHA, context }),
          );
          return run;
        },
      ],
      [
        "has a job of its own",
        async () => {
          const run = await ended();
          await ask(bench().store, "run", String(run.id));
          return run;
        },
      ],
    ])("are none that %s", async (_, make) => {
      const run = await make();
      await prune("runs");
      expect(await isThere(run)).toBe(true);
    });

    it.each<[string, Partial<NewRun>, RunFacts]>([
      ["the comment of its issue", { thread: ISSUE, comments: true }, {}],
      ["the labels of its issue", { thread: ISSUE, label: "coding agent" }, {}],
      ["its branch", {}, { branch: "b", pushedSha: OTHER_SHA }],
    ])("are those that a newer one covers on %s", async (_, change, facts) => {
      const old = await ended(change, facts);
      const newer = await ended(change, facts);
      await prune("runs");
      expect([await isThere(old), await isThere(newer)]).toEqual([false, true]);
    });
  });

  it("lets nobody prune who lost the claim", async () => {
    const { store } = bench();
    const [key] = await came(1);
    await settleJobs(store);
    await ask(store, "prune", "store");
    const lost = await claimed(store, "prune", OVER);
    await claimed(store, "prune");
    expect(await store.prune(lost, "bodies", { after: 0, before: soon(), limit: 10 })).toBe("lost");
    expect(await hasBody(key!)).toBe(true);
  });
}
