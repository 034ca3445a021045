import type { Config } from "../config/schema.ts";
import { serves } from "../core/automation.ts";
import { passes } from "../match/globs.ts";
import { namesIn } from "../schedule/repositories.ts";
import { nextTimes } from "../schedule/times.ts";
import type { Installed } from "./polling.ts";

/** Times of each schedule that are told. */
const TOLD = 3;

/** When each schedule comes next, a sentence for each, and a warning where no repository is known to run in. */
export function describeSchedules(config: Config, installed: Installed, now: Date): string[] {
  return config.automations.flatMap((automation) => {
    const { name, on, repositories } = automation;
    const schedules = on.schedule ?? [];
    const sentences = schedules.map(({ cron, timezone }) => {
      const times = nextTimes({ cron, timezone }, now, TOLD).map((time) => localTime(time, timezone));
      return `${name}: \`${cron}\` comes next at ${times.join(", ")} (${timezone})`;
    });
    const listed = Object.entries(config.forges)
      .filter(([forge]) => serves(automation, forge))
      .flatMap(([forge, settings]) => installed.get(forge) ?? settings.repositories ?? []);
    const known = namesIn(repositories).length > 0 || listed.some((one) => passes(one, repositories));
    if (schedules.length === 0 || known) return sentences;
    const warning =
      "no repository is known to run in, but those that webhooks tell of: name some in `repositories`";
    return [...sentences, `${name}: ${warning}`];
  });
}

/** A moment by the clock of a time zone: \`2026-03-29 06:00\`. */
function localTime(time: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return format.format(time);
}
