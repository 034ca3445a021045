import { describe, expect, it } from "@jest/globals";

import type { Approval, Wait } from "../../src/core/store.ts";
import { alice, bot, ISSUE, newRun, OTHER_SHA, PULL_REQUEST, SHA } from "../support/samples.ts";
import { until } from "../support/until.ts";
import type { Bench } from "./store-bench.ts";

/** What every Store keeps of what people say: approvals, what waits for them, and answers. */
export function approvalTests(bench: () => Bench): void {
  const place = { forge: "github", repo: "42", thread: PULL_REQUEST };
  const key = { ...place, automation: "test" };
  const approval: Approval = { ...key, sha: SHA, actor: alice, comment: "500" };
  const wait = (change: Partial<Wait> = {}): Wait => ({
    ...key,
    sha: SHA,
    repoName: "octo/hello",
    delivery: "9",
    ...change,
  });

  describe("approvals", () => {
    it("keeps the first one of an automation and a commit", async () => {
      const { store } = bench();
      await store.change((transaction) => transaction.approve(approval));
      await store.change((transaction) => transaction.approve({ ...approval, actor: bot, comment: "501" }));
      expect(await store.approval({ ...key, sha: SHA })).toEqual(approval);
      expect(await store.approvals(place)).toEqual([approval]);
    });

    it.each([
      ["another commit", { sha: OTHER_SHA }],
      ["another automation", { automation: "other" }],
      ["another repository", { repo: "43" }],
      ["another forge", { forge: "acme" }],
      ["another thread", { thread: ISSUE }],
    ])("is none for %s", async (_, change) => {
      const { store } = bench();
      await store.change((transaction) => transaction.approve(approval));
      expect(await store.approval({ ...key, sha: SHA, ...change })).toBeUndefined();
    });

    it("keeps what waits, oldest first, once for each delivery", async () => {
      const { store } = bench();
      const later = wait({ delivery: "10", sha: OTHER_SHA });
      for (const one of [wait(), later, wait(), wait({ automation: "other", thread: ISSUE })]) {
        await store.change((transaction) => transaction.wait(one));
      }
      expect(await store.waits(place)).toEqual([wait(), later]);
    });

    it("forgets what waits for one automation, and says what it was", async () => {
      const { store } = bench();
      const other = wait({ automation: "other" });
      for (const one of [wait(), other]) await store.change((transaction) => transaction.wait(one));
      expect(await store.change((transaction) => transaction.endWaits(key))).toEqual([wait()]);
      expect(await store.change((transaction) => transaction.endWaits(key))).toEqual([]);
      expect(await store.waits(place)).toEqual([other]);
    });
  });

  describe("answers", () => {
    const answer = { ...place, repoName: "octo/hello", actor: alice, text: "One." };
    const say = (text: string, once?: boolean) =>
      bench().store.change((transaction) =>
        transaction.answer({ ...answer, text }, once === undefined ? {} : { once }),
      );

    it("keeps the last one, until it is taken back", async () => {
      const { store } = bench();
      expect(await store.answer(place)).toBeUndefined();
      expect([await say("One."), await say("Two.")]).toEqual([true, true]);
      expect(await store.answer(place)).toEqual({ ...answer, text: "Two." });
      expect(await store.answer({ ...place, thread: ISSUE })).toBeUndefined();
      await store.change((transaction) => transaction.endAnswer(place));
      expect(await store.answer(place)).toBeUndefined();
    });

    it("says once what is to be said once, whatever was said in between", async () => {
      const { store } = bench();
      expect(await say("Help.", true)).toBe(true);
      await say("Other.");
      expect(await say("Help.", true)).toBe(false);
      await store.change((transaction) => transaction.endAnswer(place));
      expect(await say("Help.", true)).toBe(false);
      expect(await store.answer(place)).toBeUndefined();
    });
  });

  describe("the outlook of a run", () => {
    const add = (number: number, automation = "test") =>
      bench().store.change(
        async (transaction) => (await transaction.addRun(newRun({ key: `${number}`, automation }))).run,
      );

    it("counts those that wait and were there before it", async () => {
      const { store } = bench();
      const runs = [await add(1), await add(2, "other"), await add(3), await add(4)];
      await store.change((transaction) => transaction.moveRun(runs[0]!.id, "start"));
      expect(await store.outlook(runs[2]!)).toEqual({ before: 1 });
      expect(await store.outlook(runs[1]!)).toEqual({ before: 0 });
    });

    it("knows how long those of its automation took that came to their end", async () => {
      const { store } = bench();
      const [done, ended, next] = [await add(1), await add(2), await add(3)];
      await store.change((transaction) => transaction.moveRun(done.id, "start"));
      await store.change((transaction) => transaction.moveRun(ended.id, "cancel"));
      const began = Date.now();
      await until(() => Date.now() > began + 1);
      await store.change((transaction) => transaction.moveRun(done.id, "succeed"));
      const { startedAt, finishedAt } = (await store.run(done.id))!;
      const usual = finishedAt!.getTime() - startedAt!.getTime();
      expect(usual).toBeGreaterThan(0);
      expect(await store.outlook(next)).toEqual({ before: 0, usual });
      expect(await store.outlook({ ...next, automation: "other" })).toEqual({ before: 0 });
    });
  });
}
