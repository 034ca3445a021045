import { Cron } from "croner";
import { z } from "zod";

import type { Schedule } from "../../core/automation.ts";
import { text } from "../values.ts";

const cron = text
  .superRefine((pattern, context) => {
    const message = cronProblem(pattern);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  })
  .describe("Minute, hour, day of the month, month and day of the week; or `@hourly`, `@daily`, `@weekly`.");

const timezone = text
  .refine(isTimezone, "There is no such time zone. Write one as in Europe/Berlin, or UTC.")
  .default("UTC")
  .describe("The time zone that it counts in, such as `Europe/Berlin`.");

const plain = cron.transform((pattern): Schedule => ({ cron: pattern, timezone: "UTC" }));
const zoned = z.strictObject({ cron, timezone });

/** One time or several, as the owner writes them. */
export const scheduleSchema = z
  .union(
    [plain, zoned, z.array(z.union([plain, zoned])).min(1)],
    "Write a time as cron does, a map with `cron` and `timezone`, or a list of these.",
  )
  .transform((written): readonly Schedule[] => (Array.isArray(written) ? written : [written]))
  .describe("When it starts by itself on the default branch, as cron writes it.");

/** What is wrong with a time, in a sentence for its owner. */
function cronProblem(pattern: string): string | undefined {
  try {
    const next = new Cron(pattern, { timezone: "UTC", paused: true, mode: "5-part" }).nextRun();
    return next === null ? "This time never comes." : undefined;
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    return `This is no time as cron writes it: five fields, such as \`0 6 * * 1-5\`. ${plainly(told)}`;
  }
}

/** What the library says, without its own name in front. It may repeat what was written, which is no secret here. */
const plainly = (told: string): string =>
  told.replace(/^Cron\w+: /, "").replace(/^./, (first) => first.toUpperCase());

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
