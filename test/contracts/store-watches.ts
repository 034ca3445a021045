import { describe, expect, it } from "@jest/globals";

import { POLL_DOOR } from "../../src/core/delivery.ts";
import type { Store, StoreTransaction } from "../../src/core/store.ts";
import { arrival, claimed, nothing } from "../support/store-samples.ts";
import type { Bench } from "./store-bench.ts";

const at = (time: number) => new Date(1_700_000_000_000 + time);
const ONE = { forge: "github", repo: "42", fullName: "octo/hello", source: "listed", dueAt: at(10) } as const;
const TWO = { ...ONE, repo: "43", fullName: "octo/other", dueAt: at(5) } as const;
const KEY = { forge: "github", repo: "42" };

/** What every Store keeps for the poller. */
export function watchTests(bench: () => Bench): void {
  const change = (step: (transaction: StoreTransaction) => Promise<void>) => bench().store.change(step);
  const all = (store: Store = bench().store) => store.watches("github", { limit: 200 });

  describe("schedules", () => {
    const nightly = { automation: "nightly", cron: "0 6 * * *", timezone: "UTC" };

    it("remember up to when their times were seen to, each by its times and its time zone", async () => {
      const { store } = bench();
      expect(await store.schedule(nightly)).toBeUndefined();
      await change((transaction) => transaction.saveSchedule(nightly, at(1)));
      await change((transaction) => transaction.saveSchedule(nightly, at(2)));
      expect(await (await bench().another()).schedule(nightly)).toEqual(at(2));
      for (const other of [{ automation: "other" }, { cron: "0 7 * * *" }, { timezone: "Europe/Berlin" }]) {
        expect(await store.schedule({ ...nightly, ...other })).toBeUndefined();
      }
    });
  });

  describe("watches", () => {
    it("gives those of a forge by their ids, in pages", async () => {
      await change(async (transaction) => {
        await transaction.watch(TWO);
        await transaction.watch(ONE);
        await transaction.watch({ ...ONE, forge: "acme" });
      });
      const { store } = bench();
      expect(await all()).toEqual([ONE, TWO]);
      expect(await store.watches("github", { limit: 1 })).toEqual([ONE]);
      expect(await store.watches("github", { after: "42", limit: 1 })).toEqual([TWO]);
      expect(await all(await bench().another())).toEqual([ONE, TWO]);
    });

    it("gives those that are due, longest waiting first, and when the next one is", async () => {
      const { store } = bench();
      expect(await store.nextWatch("github")).toBeUndefined();
      await change(async (transaction) => {
        await transaction.watch(ONE);
        await transaction.watch(TWO);
      });
      const due = async (time: number, limit = 200) =>
        (await store.dueWatches("github", { by: at(time), limit })).map(({ repo }) => repo);
      expect(await due(4)).toEqual([]);
      expect(await due(5)).toEqual(["43"]);
      expect(await due(10)).toEqual(["43", "42"]);
      expect(await due(10, 1)).toEqual(["43"]);
      expect(await store.nextWatch("github")).toEqual(at(5));
      expect(await store.nextWatch("acme")).toBeUndefined();
    });

    it("keeps what a look wrote, and forgets nothing when the repository is named again", async () => {
      const { store } = bench();
      await change(async (transaction) => {
        await transaction.watch(ONE);
        await transaction.saveLook({ ...KEY, dueAt: at(100), cost: 3, memory: "seen" });
        await transaction.watch({ ...ONE, fullName: "octo/renamed", source: "installed", dueAt: at(200) });
      });
      const kept = { ...ONE, fullName: "octo/renamed", source: "installed", dueAt: at(100), cost: 3 };
      expect(await all()).toEqual([kept]);
      expect(await store.dueWatches("github", { by: at(100), limit: 1 })).toEqual([
        { ...kept, memory: "seen" },
      ]);
      await change(async (transaction) => {
        await transaction.saveLook({ ...KEY, dueAt: at(300) });
        await transaction.watch({ ...ONE, dueAt: at(250) });
      });
      expect(await store.dueWatches("github", { by: at(250), limit: 1 })).toEqual([
        { ...ONE, dueAt: at(250), cost: 3, memory: "seen" },
      ]);
    });

    it("forgets one that is looked at no more", async () => {
      await change(async (transaction) => {
        await transaction.watch(ONE);
        await transaction.watch(TWO);
        await transaction.unwatch(KEY);
        await transaction.unwatch({ forge: "github", repo: "no such" });
      });
      expect(await all()).toEqual([TWO]);
    });

    it("knows a repository by a webhook of it, and takes the name that it has there", async () => {
      await change((transaction) => transaction.noteWebhook({ ...KEY, fullName: "octo/hello", at: at(7) }));
      expect(await all()).toEqual([{ ...ONE, source: "seen", dueAt: at(7), webhookAt: at(7) }]);
      await change(async (transaction) => {
        await transaction.watch(ONE);
        await transaction.noteWebhook({ ...KEY, fullName: "octo/renamed", at: at(9) });
      });
      expect(await all()).toEqual([{ ...ONE, fullName: "octo/renamed", dueAt: at(7), webhookAt: at(9) }]);
    });

    it("is due at once where something was missed, and its poller is woken", async () => {
      const { asked, store } = bench();
      await change((transaction) => transaction.noteMissed({ ...KEY, at: at(1) }));
      expect(await store.jobs({ stage: "poll", limit: 1 })).toEqual([]);
      await change(async (transaction) => {
        await transaction.watch(ONE);
        await transaction.saveLook({ ...KEY, dueAt: at(3_600) });
        await transaction.noteMissed({ ...KEY, at: at(20) });
      });
      expect(await all()).toEqual([{ ...ONE, dueAt: at(20), missedAt: at(20) }]);
      expect(asked).toEqual(["poll github"]);
    });

    it("keeps a text for a whole forge", async () => {
      const { store } = bench();
      expect(await store.polling("github")).toBe("");
      await change((transaction) => transaction.savePolling("github", "one"));
      await change((transaction) => transaction.savePolling("github", "two"));
      expect(await store.polling("github")).toBe("two");
      expect(await store.polling("acme")).toBe("");
    });
  });

  describe("findings", () => {
    const finding = arrival({ door: POLL_DOOR, event: "finding" });

    it("are kept once with their match job, which is not asked for again", async () => {
      const { asked, store } = bench();
      const keep = () => store.change((transaction) => transaction.keepFinding(finding));
      expect(await keep()).toBe("recorded");
      const [kept] = await store.deliveries({ limit: 1 });
      expect(kept).toMatchObject({ door: POLL_DOOR, event: "finding", reading: "event" });
      expect((await store.delivery(kept!.key))?.body).toEqual(finding.delivery.body);
      expect(asked).toEqual([`match ${kept!.key}`]);
      await store.complete(await claimed(store, "match"), nothing);

      expect(await keep()).toBe("duplicate");
      expect(asked).toHaveLength(1);
      expect(await store.jobs({ limit: 1 })).toEqual([]);
    });

    it("are not kept when the transaction that found them fails", async () => {
      const { asked, store } = bench();
      const failing = store.change(async (transaction) => {
        await transaction.keepFinding(finding);
        throw new Error("no");
      });
      await expect(failing).rejects.toThrow("no");
      expect(await store.deliveries({ limit: 1 })).toEqual([]);
      expect(asked).toEqual([]);
    });
  });
}
