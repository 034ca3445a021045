import { z } from "zod";

import type { FollowUp } from "../../core/automation.ts";

/** Runs that may follow from one another where the owner does not say. */
const DEPTH = 3;

/** When an agent goes on with a pull request, as it is written. */
export const followUpSchema = z
  .union(
    [
      z.literal(false),
      z.strictObject({
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
          .default(DEPTH)
          .describe("Runs that may follow from one another until a person asks again."),
      }),
    ],
    "Write `false`, or a map of `comments`, `reviews`, `checks` and `depth`.",
  )
  .prefault({})
  .describe("When an agent goes on with a pull request that it made; `false` for never.");

export function toFollowUp(written: z.infer<typeof followUpSchema>): FollowUp {
  return written === false ? { comments: false, reviews: false, checks: false, depth: DEPTH } : written;
}
