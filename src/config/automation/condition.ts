import { z } from "zod";

import type { Condition } from "../../core/automation.ts";
import { compileCondition } from "./expression.ts";

/** An expression over the event, checked and ready to be asked. */
export const conditionSchema = z
  .string()
  .regex(/\S/, "This must not be empty.")
  .transform((text, context): Condition => {
    const compiled = compileCondition(text);
    if ("holds" in compiled) return compiled;
    context.addIssue({ code: "custom", message: compiled.problem });
    return z.NEVER;
  })
  .describe("An expression in CEL over the event that must hold, such as `event.issue.number > 100`.");
