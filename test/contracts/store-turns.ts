import { describe, expect, it } from "@jest/globals";

import type { Slots } from "../../src/core/automation.ts";
import type { NewRun, Run } from "../../src/core/run.ts";
import type { Store } from "../../src/core/store.ts";
import { cancelRun, endRun } from "../../src/core/run-steps.ts";
import { pauseRun, resumeRun, takeTurn } from "../../src/core/turn.ts";
import { alice, newRun, OTHER_SHA, pushEvent, repo, SHA } from "../support/samples.ts";
import { LONG } from "../support/store-samples.ts";
import type { Bench } from "./store-bench.ts";

const elsewhere = { id: "43", fullName: "octo/other" };

/** What every Store keeps about runs that wait for one another. */
export function turnTests(bench: () => Bench): void {
  describe("turns", () => {
    let count = 0;
    const add = (change: Partial<NewRun> = {}) =>
      bench().store.change(
        async (transaction) => (await transaction.addRun(newRun({ key: `turn ${count++}`, ...change }))).run,
      );
    const take = async ({ id }: Run, slots: Slots = {}, store: Store = bench().store) => {
      const turn = await store.change((transaction) => takeTurn(transaction, id, { slots }));
      return turn.kind === "waits" ? turn.run.waitsFor : turn.kind;
    };
    const end = ({ id }: Run) =>
      bench().store.change((transaction) => endRun(transaction, id, "succeed", { reason: "" }));
    /** Do away with all jobs of runs, so that those that are asked for later stand out. */
    const forget = async () => {
      const { store } = bench();
      for (;;) {
        const claim = await store.claim("run", { lease: LONG });
        if (claim === undefined) return;
        await store.complete(claim, () => Promise.resolve());
      }
    };
    const woken = async () => {
      const jobs = await bench().store.jobs({ stage: "run", limit: 20 });
      return jobs.map(({ subject }) => Number(subject));
    };

    it("wakes one after the other where several slots become free at once", async () => {
      const slots = { automation: 2 };
      const [one, two, third, fourth] = [
        await add(),
        await add({ repo: elsewhere }),
        await add(),
        await add({ repo: elsewhere }),
      ];
      for (const run of [one, two]) expect(await take(run, slots)).toBe("started");
      for (const run of [third, fourth]) expect(await take(run, slots)).toBe("automation");
      await forget();
      await Promise.all([end(one), end(two)]);
      expect(await woken()).toEqual([third.id]);
      await forget();
      expect(await take(third, slots)).toBe("started");
      expect(await woken()).toEqual([fourth.id]);
      expect(await take(fourth, slots)).toBe("started");
    });

    it("let one run of a group go on, and the others wait in order, whatever automations they are of", async () => {
      const [one, two, three] = [
        await add({ group: "deploy" }),
        await add({ group: "deploy", automation: "test", repo: elsewhere }),
        await add({ group: "deploy" }),
      ];
      expect(await take(two)).toBe("group");
      expect(await take(one)).toBe("started");
      expect(await take(three)).toBe("group");
      await forget();
      await end(one);
      expect(await woken()).toEqual([two.id]);
      expect(await take(three)).toBe("group");
      expect(await take(two)).toBe("started");
      expect(await take(await add({ group: "other" }))).toBe("started");
    });

    it("let two processes never start two runs of a group at once", async () => {
      const { store, another } = bench();
      const other = await another();
      for (let round = 0; round < 10; round++) {
        const group = `round ${round}`;
        const [one, two] = [await add({ group }), await add({ group })];
        const turns = await Promise.all([take(two, {}, other), take(one, {}, store)]);
        expect(turns).toEqual(["group", "started"]);
      }
    });

    it("let two processes never start more runs than there are slots", async () => {
      const { store, another } = bench();
      const stores = [store, await another()];
      const runs = await Promise.all(Array.from({ length: 8 }, () => add()));
      const turns = await Promise.all(
        runs.map((run, place) => take(run, { automation: 3 }, stores[place % 2])),
      );
      expect(turns.filter((turn) => turn === "started")).toHaveLength(3);
      expect(turns.filter((turn) => turn === "automation")).toHaveLength(5);
    });

    it("count the slots of a repository and of an automation, and wake the first who waits for what is free", async () => {
      const slots = { repository: 1, automation: 2 };
      const [here, there] = [await add(), await add({ repo: elsewhere })];
      const [behind, third] = [await add(), await add({ repo: { id: "44", fullName: "octo/third" } })];
      expect([await take(here, slots), await take(there, slots)]).toEqual(["started", "started"]);
      expect([await take(behind, slots), await take(third, slots)]).toEqual(["repository", "automation"]);
      expect(await take(await add({ automation: "test" }), slots)).toBe("started");
      await forget();
      await end(there);
      expect(await woken()).toEqual([third.id]);
      expect(await take(third, slots)).toBe("started");
      await forget();
      await end(here);
      expect(await woken()).toEqual([behind.id]);
    });

    it("pass on what a woken run cannot take, since it waits for something else now", async () => {
      const slots = { repository: 1, automation: 1 };
      const [first, second, third] = [
        await add(),
        await add({ repo: elsewhere }),
        await add({ repo: elsewhere }),
      ];
      expect(await take(first, slots)).toBe("started");
      expect([await take(second, slots), await take(third, slots)]).toEqual(["automation", "automation"]);
      await end(first);
      await add({ repo: elsewhere });
      const sneaked = await bench().store.change((transaction) => transaction.moveRun(third.id, "start"));
      expect(sneaked).not.toHaveProperty("waitsFor");
      const fourth = await add();
      expect(await take(fourth, slots)).toBe("automation");
      await forget();
      expect(await take(second, { repository: 1 })).toBe("repository");
      expect(await woken()).toEqual([fourth.id]);
    });

    it("let nobody overtake those who wait for the same slot already", async () => {
      const slots = { automation: 1 };
      const [first, second, third] = [await add(), await add(), await add()];
      await take(first, slots);
      await take(second, slots);
      await end(first);
      expect(await take(third, slots)).toBe("automation");
      expect(await take(second, slots)).toBe("started");
    });

    it("hold nobody back that is running already", async () => {
      const run = await add({ group: "deploy" });
      await take(run);
      expect(await take(run, { repository: 1 })).toBe("started");
    });

    it("wake the next of a group when one that waits is cancelled or paused", async () => {
      const group = "deploy";
      const runs = [await add({ group }), await add({ group }), await add({ group }), await add({ group })];
      const [first, second, third, fourth] = runs;
      await take(first!);
      for (const run of runs.slice(1)) await take(run);
      await end(first!);
      await forget();
      await bench().store.change((transaction) => cancelRun(transaction, second!.id, "No."));
      expect(await woken()).toEqual([third!.id]);
      await forget();
      await bench().store.change((transaction) => pauseRun(transaction, third!.id, "Wait."));
      expect(await woken()).toEqual([fourth!.id]);
      expect(await take(fourth!)).toBe("started");
    });

    it("start nothing that is paused or over, and put what is resumed before those that came later", async () => {
      const { store } = bench();
      const [one, two] = [await add({ group: "deploy" }), await add({ group: "deploy" })];
      await store.change((transaction) => pauseRun(transaction, one.id, "Wait."));
      expect(await take(one)).toBe("idle");
      await forget();
      const resumed = await store.change((transaction) => resumeRun(transaction, one.id));
      expect(resumed).toMatchObject({ state: "queued", reason: "" });
      expect(await woken()).toEqual([one.id]);
      expect(await take(two)).toBe("group");
      await store.change((transaction) => cancelRun(transaction, one.id, "No."));
      expect(await take(one)).toBe("idle");
      expect(await take(two)).toBe("started");
    });

    it("ask the worker of a run to hold it back, and forget that when it is to go on", async () => {
      const { store } = bench();
      const run = await add();
      await take(run);
      const asked = await store.change((transaction) => pauseRun(transaction, run.id, "Wait."));
      expect(asked).toMatchObject({ state: "running", pauseRequested: "Wait." });
      const again = await store.change((transaction) => resumeRun(transaction, run.id));
      expect(again).toMatchObject({ state: "running" });
      expect(again).not.toHaveProperty("pauseRequested");
      const paused = await store.change((transaction) => transaction.moveRun(run.id, "pause"));
      expect(paused).not.toHaveProperty("startedAt");
      const ended = await store.change((transaction) => cancelRun(transaction, run.id, "No."));
      expect(ended).toMatchObject({ state: "cancelled", reason: "No." });
    });

    it("tell the place in the line that a run waits in", async () => {
      const { store } = bench();
      const group = "deploy";
      const runs = [await add({ group }), await add(), await add({ group }), await add({ group })];
      await take(runs[0]!);
      for (const run of runs.slice(2)) await take(run);
      const last = (await store.run(runs[3]!.id))!;
      expect(last.waitsFor).toBe("group");
      expect(await store.outlook(last)).toMatchObject({ before: 1 });
    });

    it("know the runs of a ref, of a group and of a key", async () => {
      const { store } = bench();
      const pushed = {
        event: pushEvent(),
        thread: undefined,
        ref: "refs/heads/main",
        sha: SHA,
        automation: "test",
      };
      const [one, two] = [await add({ ...pushed, group: "g" }), await add({ ...pushed, sha: OTHER_SHA })];
      await add({ ...pushed, ref: "refs/heads/other" });
      const of = { automation: "test", forge: "github", repo: repo.id, ref: "refs/heads/main" };
      const ids = (runs: readonly Run[]) => runs.map(({ id }) => id);
      await store.change(async (transaction) => {
        expect(ids(await transaction.activeRuns(of))).toEqual([one.id, two.id]);
        expect(await transaction.newestRun(of)).toMatchObject({ id: two.id });
        expect(ids(await transaction.activeInGroup("g"))).toEqual([one.id]);
        expect(await transaction.runOf(one.key)).toMatchObject({ id: one.id });
        expect(await transaction.runOf("nobody")).toBeUndefined();
      });
      expect(ids(await store.runs({ ref: "refs/heads/main", limit: 5 }))).toEqual([two.id, one.id]);
    });

    it("keep what the runs of an automation took, those of earlier attempts too", async () => {
      const { store } = bench();
      const run = await add();
      await add({ automation: "other" });
      await take(run);
      const usage = { inputTokens: 5, outputTokens: 2, cachedTokens: 0, requests: 1, cost: 0.5 };
      await store.change((transaction) => transaction.noteRun(run.id, { usage }));
      await store.change((transaction) => transaction.moveRun(run.id, "requeue"));
      const { now, spendings } = await store.ledger("coding-agent");
      expect(Math.abs(now.getTime() - Date.now())).toBeLessThan(60_000);
      expect(spendings).toMatchObject([{ id: run.id, actor: alice, repo: { id: repo.id }, usage }]);
      expect(spendings[0]!.earlier).toBeGreaterThanOrEqual(0);
      expect(spendings[0]).not.toHaveProperty("startedAt");
    });

    it("start nothing once the budget of its automation was spent while it waited", async () => {
      const { store } = bench();
      const [done, next] = [await add(), await add()];
      await take(done);
      const usage = { inputTokens: 900, outputTokens: 200, cachedTokens: 0, requests: 1 };
      await store.change((transaction) => endRun(transaction, done.id, "succeed", { usage }));
      const rules = { slots: {}, budget: { tokens: 1_000 } };
      const turn = await store.change((transaction) => takeTurn(transaction, next.id, rules));
      expect(turn.kind).toBe("idle");
      expect(await store.run(next.id)).toMatchObject({
        state: "cancelled",
        reason: expect.stringContaining("The budget of 1000 tokens in 24 hours is used up."),
      });
    });
  });
}
