import { z } from "zod";

import { duration } from "../../core/duration.ts";

/** How hard one forge is pressed, and for how long it is left alone when it fails; below the forge's own limits. */
export interface Limits {
  /** Requests that may be in flight at once. */
  readonly inFlight: number;
  /** The longest pause of the breaker, in milliseconds. */
  readonly longestBreak: number;
}

const LONGEST_BREAK_HOURS = 10;

/** The `limits` of a forge in the config. */
export const limits = z
  .strictObject({
    inFlight: z.int().min(1).max(250).default(10).describe("Requests in flight at once; at most 250."),
    longestBreak: duration("10m")
      .refine(
        (milliseconds) => milliseconds >= 10_000 && milliseconds <= LONGEST_BREAK_HOURS * 3_600_000,
        "Write a duration from 10s to 10h.",
      )
      .describe("The longest pause after it failed several times in a row; from 10s to 10h."),
  })
  .prefault({})
  .describe("How hard this forge is pressed.") satisfies z.ZodType<Limits>;

/** What holds where nobody wrote `limits`. */
export const STANDARD_LIMITS: Limits = limits.parse(undefined);
