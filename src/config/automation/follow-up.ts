import { z } from "zod";

import type { FollowUp } from "../../core/automation.ts";

const parts = z.strictObject({
  comments: z
    .boolean()
    .default(true)
    .describe("Mentions of the bot and `/forgehand run`, by who may ask; also during a run."),
  reviews: z.boolean().default(true).describe("Reviews that request changes, by who may ask."),
  checks: z.boolean().default(true).describe("Required checks that fail on what it pushed."),
  depth: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe("Runs that may follow from one another until a person asks again."),
});

/** When an agent goes on with a pull request, as it is written. */
export const followUpSchema = z
  .union([z.literal(false), parts], "Write `false`, or a map of `comments`, `reviews`, `checks` and `depth`.")
  .optional()
  .describe("When an agent goes on with a pull request that it made; `false` for never.");

/** What the owner wrote of it, or did not. */
export function toFollowUp(written: z.infer<typeof followUpSchema>): FollowUp {
  const standard = parts.parse({});
  return written === false
    ? { ...standard, comments: false, reviews: false, checks: false }
    : (written ?? standard);
}
