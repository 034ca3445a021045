import { expect, it } from "@jest/globals";

import { costOf, PRICE_LISTS, priceOf } from "../../src/agents/prices.ts";

const TOKENS = { input: 1_000_000, cached: 0, cacheWrite: 0, hourWrite: 0, output: 0 };

it.each([
  ["claude-opus-4-5-20251101", 5],
  ["anthropic/claude-opus-4.5", 5],
  ["claude-opus-4-20250514", 15],
  ["claude-opus-4-0", 15],
  ["claude-opus-5-5", 4],
  ["claude-opus-5-5[1m]", 4],
  ["claude-opus-5", 5],
  ["gpt-5.4", 2.5],
  ["gpt-5.4-mini", 0.75],
  ["gpt-5-2025-08-07", 1.25],
  ["gemini-3.1-pro-preview", 2],
  ["gemini-2.5-flash-lite", 0.1],
])("knows what %s costs", (model, input) => {
  expect(priceOf(model)?.input).toBe(input);
});

it.each(["claude-opus-6", "gpt-5.4-maxi", "my-gpt-5", "gpt-5.5-codex", "", "toString", "openrouter/auto"])(
  "takes %j for no similar model",
  (model) => {
    expect(priceOf(model)).toBeUndefined();
  },
);

it("takes the owner's word first: the whole name, then the longest beginning", () => {
  const at = (input: number) => ({ input, cachedInput: 0, output: 0 });
  const owners = { "gpt-*": at(1), "gpt-5*": at(2), "gpt-5.5": at(3) };
  const models = ["gpt-5.5", "gpt-5.4", "gpt-4", "claude-opus-5", "constructor"];
  expect(models.map((model) => priceOf(model, owners)?.input)).toEqual([3, 2, 1, 5, undefined]);
});

it.each([
  ["input", TOKENS, 5],
  ["output", { ...TOKENS, input: 0, output: 1_000_000 }, 25],
  ["input out of the cache", { ...TOKENS, cached: 1_000_000 }, 0.5],
  ["input that is kept for five minutes", { ...TOKENS, cacheWrite: 1_000_000 }, 6.25],
  ["input that is kept for an hour", { ...TOKENS, cacheWrite: 1_000_000, hourWrite: 1_000_000 }, 10],
  [
    "a part of each",
    { input: 4_000_000, cached: 1_000_000, cacheWrite: 2_000_000, hourWrite: 1_000_000, output: 1_000_000 },
    46.75,
  ],
])("takes a price of its own for %s", (_title, tokens, dollars) => {
  expect(costOf(priceOf("claude-opus-5")!, tokens)).toBeCloseTo(dollars);
});

it("takes more where the input is long", () => {
  const price = priceOf("gemini-2.5-pro")!;
  expect(costOf(price, { ...TOKENS, input: 200_000 })).toBeCloseTo(0.25);
  expect(costOf(price, { ...TOKENS, input: 200_001, output: 1_000_000 })).toBeCloseTo(15.5, 3);
});

it("lists each model once, with the place and the time that its price was seen", () => {
  const models = PRICE_LISTS.flatMap(({ prices }) => prices.flatMap((listed) => listed.models));
  expect(models).toHaveLength(new Set(models).size);
  for (const { source, seen } of PRICE_LISTS) {
    expect(source).toMatch(/^https:\/\//);
    expect(seen).toMatch(/^\d{4}-\d{2}(-\d{2})?$/);
  }
  expect(models.filter((model) => priceOf(model) === undefined)).toEqual([]);
});
