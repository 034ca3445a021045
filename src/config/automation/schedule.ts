import { Cron } from "croner";
import { z } from "zod";

import type { Schedule } from "../../core/automation.ts";
import { messageOf } from "../../core/errors.ts";

/** Why a schedule is none; undefined where it is one. */
function problemOf({ cron, timezone }: Schedule): string | undefined {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch {
    return `There is no time zone "${timezone}". Write one such as Europe/Berlin or UTC.`;
  }
  try {
    const next = new Cron(cron, { timezone, mode: "5-part", paused: true }).nextRun();
    return next === null ? `"${cron}" never comes.` : undefined;
  } catch (error) {
    const why = messageOf(error).replace(/^Cron\w+: /, "");
    return `"${cron}" is no schedule (${why}). Write minute, hour, day of month, month and day of week, such as "0 6 * * 1-5".`;
  }
}

const one = z
  .union([
    z.string().transform((cron) => ({ cron, timezone: "UTC" })),
    z.strictObject({
      cron: z.string().describe("Minute, hour, day of month, month and day of week."),
      timezone: z.string().default("UTC").describe("Whose clock counts, such as `Europe/Berlin`."),
    }),
  ])
  .superRefine((schedule, context) => {
    const message = problemOf(schedule);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

/** One schedule or several, always read as a list. */
export const scheduleSchema = z
  .union([one.transform((schedule): readonly Schedule[] => [schedule]), z.array(one).min(1)])
  .describe(
    "Times at which it runs on the default branch: cron text such as `0 6 * * 1-5` (UTC), or `cron` and `timezone`, or a list of these.",
  );
