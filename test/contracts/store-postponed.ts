import { describe, expect, it } from "@jest/globals";

import type { RunMove } from "../../src/core/run.ts";
import type { Postponed } from "../../src/core/store.ts";
import { cancelRun, endRun } from "../../src/core/run-steps.ts";
import { ISSUE, newRun, OTHER_SHA, PULL_REQUEST, SHA } from "../support/samples.ts";
import type { Bench } from "./store-bench.ts";

/** What every Store keeps for follow-ups: what waits for the end of a run, and the way from a branch to its runs. */
export function postponedTests(bench: () => Bench): void {
  const key = { automation: "coding-agent", forge: "github", repo: "42", thread: ISSUE };
  const postpone = (change: Partial<Postponed> = {}) =>
    bench().store.change((transaction) => transaction.postpone({ ...key, delivery: "9", ...change }));
  const take = (change = {}) =>
    bench().store.change((transaction) => transaction.takePostponed({ ...key, ...change }));

  describe("what waits for the end of a run", () => {
    it("is kept once for each delivery, and given back once, oldest first", async () => {
      for (const delivery of ["10", "9", "10"]) await postpone({ delivery });
      expect(await take()).toEqual(["9", "10"]);
      expect(await take()).toEqual([]);
    });

    it.each([
      ["another automation", { automation: "other" }],
      ["another repository", { repo: "43" }],
      ["another forge", { forge: "acme" }],
      ["another thread", { thread: PULL_REQUEST }],
    ])("waits for no run of %s", async (_, change) => {
      await postpone();
      expect(await take(change)).toEqual([]);
      expect(await take()).toEqual(["9"]);
    });

    it.each<RunMove>(["succeed", "fail", "error", "cancel"])(
      "is matched again when the run ends by %s, in the same transaction",
      async (move) => {
        const { store, asked } = bench();
        const { run } = await store.change((transaction) => transaction.addRun(newRun()));
        await store.change((transaction) => transaction.moveRun(run.id, "start"));
        await postpone();
        asked.length = 0;
        await store.change((transaction) => endRun(transaction, run.id, move, {}));
        expect(asked.filter((job) => job.startsWith("match"))).toEqual(["match 9"]);
        expect(await take()).toEqual([]);
      },
    );

    it("is matched again when a run is cancelled that did not start yet", async () => {
      const { store, asked } = bench();
      const { run } = await store.change((transaction) => transaction.addRun(newRun()));
      await postpone();
      await store.change((transaction) => cancelRun(transaction, run.id, "Not wanted."));
      expect(asked).toContain("match 9");
    });
  });

  it("knows the runs that pushed to a branch, newest first", async () => {
    const { store } = bench();
    const add = (key: string, facts: { branch?: string; pushedSha?: string }) =>
      store.change(async (transaction) => {
        const { run } = await transaction.addRun(newRun({ key }));
        return transaction.noteRun(run.id, facts);
      });
    const first = await add("1", { branch: "b", pushedSha: SHA });
    await add("2", { branch: "b" });
    await add("3", { branch: "c", pushedSha: SHA });
    const last = await add("4", { branch: "b", pushedSha: OTHER_SHA });
    expect(await store.runsOfBranch("github", "42", "b")).toEqual([last, first]);
    expect(await store.runsOfBranch("github", "43", "b")).toEqual([]);
    expect(await store.runsOfBranch("acme", "42", "b")).toEqual([]);
  });
}
