import { z } from "zod";

import { age, duration } from "../core/duration.ts";
import type { Keep, Retention } from "../core/prune.ts";
import { size } from "../core/size.ts";

/** Deliveries and runs are what tells that a happening was told before: forges send again for up to a week (ms). */
const LEAST_MS = 7 * 24 * 3_600_000;

const never = z.literal(false);
const ages = z.union([age, never]);
const sizes = z.union([size, never]);
const keepsakes = ages.refine(
  (kept) => kept === false || kept >= LEAST_MS,
  "Keep them for at least 7d: by them is known what a forge has told before.",
);

/** An age alone, or an age and a size: what is older goes, and the oldest of what is too much. */
function ageAndSize(standard: string) {
  return z
    .union([
      age,
      z.strictObject({
        age: ages.prefault(standard).describe("How long they are kept; `false` for ever."),
        size: sizes.prefault(false).describe("How much of them is kept, the newest; `false` for all."),
      }),
      never,
    ])
    .prefault(standard)
    .transform((kept): Keep => (typeof kept === "object" ? keep(kept) : keep({ age: kept, size: false })));
}

function keep({ age, size }: { age: number | false; size: number | false }): Keep {
  return { ...(age !== false && { age }), ...(size !== false && { size }) };
}

/** What is kept how long. */
export const retentionSchema = z
  .strictObject({
    bodies: ageAndSize("14d").describe(
      "How long bodies of deliveries are kept; `false` for ever. Or `age` and `size`.",
    ),
    deliveries: keepsakes
      .prefault(false)
      .describe(
        "How long deliveries are kept with what was decided about them, at least `7d`; `false` for ever.",
      ),
    logs: ageAndSize("30d").describe(
      "How long logs of runs are kept; `false` for ever. Or `age` and `size`.",
    ),
    runs: keepsakes
      .prefault(false)
      .describe("How long runs are kept that are over, at least `7d`; `false` for ever."),
    mirrors: sizes
      .prefault("10GiB")
      .describe("How large all mirrors of repositories may get in one data folder; `false` for any size."),
    every: duration("1h").describe("How often Forgehand looks for what is to go."),
  })
  .prefault({})
  .transform(({ deliveries, runs, mirrors, ...rest }): Retention => ({
    ...rest,
    deliveries: keep({ age: deliveries, size: false }),
    runs: keep({ age: runs, size: false }),
    mirrors: mirrors === false ? undefined : mirrors,
  }))
  .describe("How long what is received and done is kept.");
