import { describe, expect, it } from "@jest/globals";

import type { HookKey, KeptHook, Recovery } from "../../src/core/kept-hook.ts";
import { arrival } from "../support/store-samples.ts";
import type { Bench } from "./store-bench.ts";

const KEY: HookKey = { forge: "github", place: { level: "repository", name: "octo/hello" } };
const HOOK: KeptHook = {
  ...KEY,
  url: "https://bot.example.com/webhooks/github",
  connectedAt: new Date(1_700_000_000_000),
  found: "",
  healedUntil: new Date(1_700_000_000_000),
};
const OTHERS: readonly KeptHook[] = [
  { ...HOOK, place: { level: "owner", name: "octo" } },
  { ...HOOK, place: { level: "repository", name: "octo/other" } },
  { ...HOOK, forge: "acme" },
];
const EVER = new Date(0);

/** What every Store keeps about webhooks, and about what was lost of them. */
export function hookTests(bench: () => Bench): void {
  const save = (hook: KeptHook) => bench().store.change((transaction) => transaction.saveHook(hook));
  const recover = (recovery: Recovery, key = KEY) =>
    bench().store.change((transaction) => transaction.saveRecovery(key, recovery));

  describe("webhooks", () => {
    it("are kept one for each place, in order, of one forge or of all", async () => {
      const { store } = bench();
      for (const hook of [HOOK, ...OTHERS]) await save(hook);
      const [owner, other, acme] = OTHERS;
      expect(await store.hooks()).toEqual([acme, owner, HOOK, other]);
      expect(await store.hooks("acme")).toEqual([acme]);
    });

    it("are replaced in all but their key", async () => {
      await save({ ...HOOK, secretDigest: "0123", checkedAt: new Date(5) });
      await save({ ...HOOK, url: "https://new.example.com/webhooks/github" });
      expect(await bench().store.hooks()).toEqual([
        { ...HOOK, url: "https://new.example.com/webhooks/github" },
      ]);
    });

    it("are told what was found, and nothing is told of those that nobody looks after any more", async () => {
      const { store } = bench();
      const facts = { checkedAt: new Date(5), found: "It is switched off.", healedUntil: new Date(4) };
      await save(HOOK);
      await store.change((transaction) => transaction.noteHook(KEY, facts));
      expect(await store.hooks()).toEqual([{ ...HOOK, ...facts }]);
      await store.change((transaction) => transaction.noteHook(KEY, { ...facts, secretDigest: "0123" }));
      await store.change((transaction) => transaction.noteHook(KEY, facts));
      expect(await store.hooks()).toEqual([{ ...HOOK, ...facts, secretDigest: "0123" }]);
      await store.change((transaction) => transaction.removeHook(KEY));
      await store.change((transaction) => transaction.noteHook(KEY, facts));
      expect(await store.hooks()).toEqual([]);
    });
  });

  describe("lost deliveries", () => {
    it("are known by webhook and attempt, since a moment, oldest first", async () => {
      const { store } = bench();
      const first = {
        attempt: "9",
        id: "guid",
        lostAt: new Date(1_000),
        outcome: "asked",
        tries: 1,
      } as const;
      const second = { attempt: "10", lostAt: new Date(2_000), outcome: "gone", tries: 1 } as const;
      for (const one of [second, first]) await recover(one);
      await recover({ ...first, outcome: "resent" }, OTHERS[0]);
      expect(await store.recoveries(KEY, EVER)).toEqual([first, second]);
      expect(await store.recoveries(KEY, second.lostAt)).toEqual([second]);
      await recover({ ...first, outcome: "read", tries: 2 });
      expect(await store.recoveries(KEY, EVER)).toEqual([{ ...first, outcome: "read", tries: 2 }, second]);
    });

    it("are forgotten with their webhook, and those of others are not", async () => {
      const { store } = bench();
      const lost = { attempt: "9", lostAt: new Date(1_000), outcome: "asked", tries: 1 } as const;
      await recover(lost);
      await recover(lost, OTHERS[0]);
      await store.change((transaction) => transaction.removeHook(KEY));
      expect(await store.recoveries(KEY, EVER)).toEqual([]);
      expect(await store.recoveries(OTHERS[0]!, EVER)).toEqual([lost]);
    });

    it("are told from deliveries that came, also when many are asked for", async () => {
      const { store } = bench();
      await store.record(arrival({ id: "came" }));
      await store.record(arrival({ id: "unwanted" }, { wanted: false }));
      await store.record(arrival({ id: "elsewhere", forge: "acme" }));
      await store.record(arrival({ id: "by another door", door: "coding-agent" }));
      const many = Array.from({ length: 1_200 }, (_, index) => `id-${index}`);
      const asked = ["came", "elsewhere", "by another door", ...many, "unwanted"];
      expect([...(await store.knownDeliveries("github", asked))].sort()).toEqual(["came", "unwanted"]);
      expect(await store.knownDeliveries("github", [])).toEqual(new Set());
    });
  });
}
