import { describe, expect, it } from "@jest/globals";

import { filled, fullPurse, spent, waitFor } from "../../src/poll/budget.ts";
import type { Pace } from "../../src/poll/interval.ts";
import { intervalsOf, isTold } from "../../src/poll/interval.ts";

const HOUR = 3_600_000;
const pace: Pace = { perHour: 2_500, pollOnly: false };

describe("how often a repository is looked at", () => {
  it.each<[string, Pace, { fast: number; slow: number }, { fast: number; slow: number }]>([
    ["few repositories", pace, { fast: 6, slow: 0 }, { fast: 15, slow: 3_600 }],
    ["as many as fit", pace, { fast: 9, slow: 0 }, { fast: 15, slow: 3_600 }],
    ["200 of two kinds", pace, { fast: 400, slow: 0 }, { fast: 640, slow: 3_600 }],
    ["200 whose webhooks arrive, and one", pace, { fast: 2, slow: 400 }, { fast: 15, slow: 3_600 }],
    ["more than an hour is enough for", pace, { fast: 4_500, slow: 0 }, { fast: 7_200, slow: 7_200 }],
    ["very many whose webhooks arrive", pace, { fast: 500, slow: 4_000 }, { fast: 7_200, slow: 7_200 }],
    ["none", pace, { fast: 0, slow: 0 }, { fast: 15, slow: 3_600 }],
    ["an own interval", { ...pace, interval: 5_000 }, { fast: 9_000, slow: 9 }, { fast: 5, slow: 5 }],
    ["a small budget", { ...pace, perHour: 100 }, { fast: 3, slow: 0 }, { fast: 120, slow: 3_600 }],
    ["no webhooks at all", { ...pace, pollOnly: true }, { fast: 3, slow: 3 }, { fast: 15, slow: 15 }],
    ["no webhooks and many", { ...pace, pollOnly: true }, { fast: 400, slow: 0 }, { fast: 640, slow: 640 }],
  ])("with %s", (_, given, costs, seconds) => {
    const { fast, slow } = intervalsOf(given, costs);
    expect({ fast: fast / 1_000, slow: slow / 1_000 }).toEqual(seconds);
    if (given.interval === undefined) {
      const perHour = (HOUR * costs.fast) / fast + (HOUR * costs.slow) / slow;
      expect(perHour).toBeLessThan(given.perHour);
    }
  });
});

it.each<[string, Parameters<typeof isTold>[0], boolean]>([
  ["none came", {}, false],
  ["one came", { webhookAt: new Date(1) }, true],
  ["something was missed since", { webhookAt: new Date(1), missedAt: new Date(2) }, false],
  ["one came since something was missed", { webhookAt: new Date(3), missedAt: new Date(2) }, true],
  ["something was missed and none came", { missedAt: new Date(2) }, false],
])("webhooks are known to arrive or not, when %s", (_, watch, told) => {
  expect(isTold(watch)).toBe(told);
});

describe("the budget of a forge", () => {
  it("is never passed in any hour, however much there is to do", () => {
    const perHour = 600;
    let purse = fullPurse(perHour, 0);
    const times: number[] = [];
    for (let now = 0; now < 5 * HOUR;) {
      purse = filled(purse, perHour, now);
      const wait = waitFor(3, purse, perHour);
      if (wait > 0) now += wait;
      else {
        purse = spent(purse, 3);
        times.push(now);
      }
    }
    for (const start of times) {
      const within = times.filter((time) => time >= start && time < start + HOUR);
      expect(within.length * 3).toBeLessThanOrEqual(perHour);
    }
    expect(times.length * 3).toBeGreaterThan(4 * 0.9 * perHour);
  });

  it("lets a look through that is dearer than all that fits, once the purse is full", () => {
    const purse = fullPurse(100, 0);
    expect(waitFor(50, purse, 100)).toBe(0);
    const poor = spent(purse, 50);
    expect(waitFor(1, poor, 100)).toBe(Math.ceil((41 * HOUR) / 90));
  });

  it("holds no more than fits after it was made smaller, and does not mind a clock that goes back", () => {
    expect(filled({ left: 250, at: 0 }, 100, 0).left).toBe(10);
    expect(filled({ left: 5, at: HOUR }, 100, 0)).toEqual({ left: 5, at: 0 });
  });
});
