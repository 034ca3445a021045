import { z } from "zod";

import { ownDuration } from "../../core/duration.ts";
import type { Polling } from "../../core/forge.ts";

/** The `repositories` of a forge in the config. */
export const repositories = z
  .array(z.string().regex(/^[^/*]+(\/[^/*]+)+$/, "Write full names, such as octo/hello."))
  .default([])
  .describe("Full names of repositories to look at, beside those that webhooks tell of.");

const paced = z.strictObject({
  interval: ownDuration
    .optional()
    .describe("Time between two looks at a repository, from 1s to 24h; worked out if not set."),
  requestsPerHour: z
    .int()
    .min(10)
    .max(1_000_000)
    .optional()
    .describe("The most requests in an hour; well below the forge's own limit if not set."),
});

/** The `polling` of a forge in the config. */
export const polling = z
  .union([z.literal(false), paced], "Write false, or an interval from 1s to 24h and requestsPerHour.")
  .prefault({})
  .describe(
    "How this forge is asked what no webhook told of; `false`: not at all.",
  ) satisfies z.ZodType<Polling>;
