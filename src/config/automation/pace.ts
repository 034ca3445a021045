import { z } from "zod";

import { template } from "../template.ts";

const count = z.int().min(1);

/** How runs of an automation stand to one another, as it is written. */
export const concurrencySchema = z
  .union(
    [
      z.strictObject({
        group: template.describe(
          "A template such as `deploy-{{ repository }}`: runs of one group never run beside one another, over all automations.",
        ),
        when_busy: z
          .enum(["cancel", "queue"])
          .default("queue")
          .describe(
            "While another run of its group goes on: `cancel` ends that one, `queue` waits for it in order.",
          ),
      }),
      z.enum(["newest", "all"]),
    ],
    "Write `newest`, `all`, or a map with `group` and `when_busy`.",
  )
  .default("newest")
  .describe(
    "`newest`: a newer head of a pull request, and a newer commit of the same branch or tag, cancels the older run. " +
      "`all`: they go on beside one another. A map makes a group.",
  );

export const slotsSchema = z
  .strictObject({
    repository: count.optional().describe("In one repository."),
    automation: count.optional().describe("In all repositories together."),
  })
  .default({})
  .describe("How many of its runs may go on at once; the others wait in order.");

export const attemptsSchema = z
  .int()
  .min(1)
  .max(5)
  .default(1)
  .describe(
    "How often a command that ends badly (exit code, time-out) is tried in one run, each time in a fresh workspace.",
  );

export const budgetSchema = z
  .strictObject({
    runs: count.optional().describe("Runs."),
    minutes: z.number().positive().optional().describe("Minutes that runs take."),
    tokens: count.optional().describe("Tokens of a model, those that go in and those that come out."),
    cost: z
      .number()
      .positive()
      .optional()
      .describe("US dollars that a model costs, where its price is known."),
    per: z
      .enum(["repository", "person"])
      .optional()
      .describe(
        "Counted for each repository, or for each person who asks; without it for the automation as a whole.",
      ),
  })
  .refine(
    ({ runs, minutes, tokens, cost }) => [runs, minutes, tokens, cost].some((part) => part !== undefined),
    "Say of what: runs, minutes, tokens or cost.",
  )
  .optional()
  .describe("What its runs may take within 24 hours; what would go beyond is refused before it starts.");
