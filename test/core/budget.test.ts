import { describe, expect, it } from "@jest/globals";

import type { DailyBudget } from "../../src/core/automation.ts";
import type { Ledger, Spending } from "../../src/core/budget.ts";
import { exhausted, remaining, sayExhausted } from "../../src/core/budget.ts";
import { alice, repo } from "../support/samples.ts";

const NOW = new Date("2026-05-02T12:00:00Z");
const HOUR_MS = 3_600_000;
const ago = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR_MS);
const tokens = (inputTokens: number, outputTokens = 0, cost?: number) => ({
  inputTokens,
  outputTokens,
  cachedTokens: 0,
  requests: 1,
  ...(cost === undefined ? {} : { cost }),
});

/** A run that took an hour and ended some hours ago. */
const ended = (hours: number, change: Partial<Spending> = {}): Spending => ({
  id: hours,
  forge: "github",
  repo,
  actor: alice,
  earlier: 0,
  startedAt: ago(hours + 1),
  finishedAt: ago(hours),
  ...change,
});
const running = ended(0, { id: 100, startedAt: ago(2), finishedAt: undefined });
const ledger = (...spendings: Spending[]): Ledger => ({ now: NOW, spendings });
const spender = { forge: "github", repo, actor: alice };
const bob = { id: "2", login: "bob" };
const elsewhere = { id: "43", fullName: "octo/other" };

describe("a budget", () => {
  it.each<[string, DailyBudget, Spending[], object | undefined]>([
    ["leaves all while nothing was run", { runs: 1, minutes: 1, tokens: 1, cost: 1 }, [], undefined],
    ["leaves a run below its limit", { runs: 2 }, [ended(1)], undefined],
    ["is spent at its limit of runs", { runs: 2 }, [ended(3), ended(1)], { part: "runs", freeAt: ago(-21) }],
    ["counts those that are under way", { runs: 1 }, [running], { part: "runs" }],
    ["forgets what ended a day ago", { runs: 1 }, [ended(24)], undefined],
    ["forgets what ended before it started", { runs: 1 }, [ended(1, { startedAt: undefined })], undefined],
    [
      "counts what was held back after it had started",
      { runs: 1 },
      [ended(1, { startedAt: undefined, earlier: 5 })],
      { part: "runs", freeAt: ago(-23) },
    ],
    ["sums minutes", { minutes: 120 }, [ended(5), ended(2)], { part: "minutes", freeAt: ago(-19) }],
    [
      "sums minutes of those under way",
      { minutes: 180 },
      [ended(5), running],
      { part: "minutes", freeAt: ago(-19) },
    ],
    ["sums minutes within the last day alone", { minutes: 60 }, [ended(23.5)], undefined],
    [
      "sums minutes of earlier attempts",
      { minutes: 61 },
      [ended(2, { earlier: 60_000 })],
      { part: "minutes" },
    ],
    ["sums tokens of both ways", { tokens: 10 }, [ended(2, { usage: tokens(7, 3) })], { part: "tokens" }],
    ["leaves the last token", { tokens: 11 }, [ended(2, { usage: tokens(7, 3) })], undefined],
    [
      "sums cost",
      { cost: 1.5 },
      [ended(2, { usage: tokens(1, 1, 1) }), ended(1, { usage: tokens(1, 1, 0.5) })],
      { part: "cost" },
    ],
    ["takes no price for none", { cost: 1 }, [ended(2, { usage: tokens(1, 1) })], undefined],
    ["counts all without `per`", { runs: 1 }, [ended(1, { repo: elsewhere, actor: bob })], { part: "runs" }],
    [
      "counts a repository by itself",
      { runs: 1, per: "repository" },
      [ended(1, { repo: elsewhere })],
      undefined,
    ],
    [
      "counts a repository of one forge",
      { runs: 1, per: "repository" },
      [ended(1, { forge: "acme" })],
      undefined,
    ],
    [
      "counts all people of a repository",
      { runs: 1, per: "repository" },
      [ended(1, { actor: bob })],
      { part: "runs" },
    ],
    ["counts a person by itself", { runs: 1, per: "person" }, [ended(1, { actor: bob })], undefined],
    [
      "counts a person everywhere",
      { runs: 1, per: "person" },
      [ended(1, { repo: elsewhere })],
      { part: "runs" },
    ],
    [
      "knows a person by the login where no id is known",
      { runs: 1, per: "person" },
      [ended(1, { actor: { id: "", login: "Alice" } })],
      { part: "runs" },
    ],
    [
      "tells of the part that stays spent for the longest time",
      { runs: 1, tokens: 5 },
      [ended(9, { usage: tokens(9) }), ended(1)],
      { part: "runs", freeAt: ago(-23) },
    ],
  ])("%s", (_said, budget, spendings, expected) => {
    const found = exhausted(budget, spender, ledger(...spendings));
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });

  it("does not count a run against itself", () => {
    expect(exhausted({ runs: 1 }, { ...spender, id: 100 }, ledger(running))).toBeUndefined();
  });

  it("says what is left for a run, never less than nothing", () => {
    const budget = { minutes: 150, tokens: 10, cost: 1 };
    expect(remaining(budget, spender, ledger(ended(1, { usage: tokens(4, 2, 3) }), running))).toEqual({
      milliseconds: 0,
      tokens: 4,
      cost: 0,
    });
    expect(remaining({ runs: 1 }, spender, ledger())).toEqual({});
    expect(remaining({ minutes: 90 }, spender, ledger(ended(1)))).toEqual({ milliseconds: 1_800_000 });
  });

  it.each([
    [
      { runs: 1 },
      { part: "runs", freeAt: new Date("2026-05-02T12:00:01Z") } as const,
      "The budget of 1 run in 24 hours is used up. It is free again at 2026-05-02 12:01 UTC.",
    ],
    [
      { cost: 2.5, per: "person" } as const,
      { part: "cost", freeAt: NOW } as const,
      "The budget of $2.5 in 24 hours for alice is used up. It is free again at 2026-05-02 12:00 UTC.",
    ],
    [
      { minutes: 60, per: "repository" } as const,
      { part: "minutes" } as const,
      "The budget of 60 minutes in 24 hours for octo/hello is used up. It is free again 24 hours after what is under way has ended.",
    ],
  ])("is refused in words that say when it is free again", (budget, spent, said) => {
    expect(sayExhausted(budget, spender, spent)).toBe(said);
  });
});
