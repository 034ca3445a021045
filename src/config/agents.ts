import { z } from "zod";

import type { Price } from "../core/agent.ts";

const dollars = z.number().min(0).max(1_000_000);

const price = z
  .strictObject({
    input: dollars.describe("US dollars for a million tokens of input."),
    cached_input: dollars.optional().describe("The same for input out of a cache; as `input` if not set."),
    cache_write: dollars
      .optional()
      .describe("The same for input that is written to a cache; as `input` if not set."),
    output: dollars.describe("US dollars for a million tokens of output, reasoning included."),
  })
  .transform(({ input, cached_input: cachedInput = input, cache_write: cacheWrite, output }): Price => ({
    input,
    cachedInput,
    ...(cacheWrite === undefined ? {} : { cacheWrite }),
    output,
  }));

/** What holds for all agents, whichever automation asks them. */
export const agents = z.strictObject({
  prices: z
    .record(z.string().min(1), price)
    .default({})
    .describe(
      "What models cost, by their names (a `*` at the end stands for whatever follows), over the list prices that Forgehand knows.",
    ),
});
