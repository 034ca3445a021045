import type { ScheduleKey } from "../core/store.ts";
import type { Tables } from "./engine.ts";

export async function findSchedule(
  { db }: Tables,
  { automation, cron, timezone }: ScheduleKey,
): Promise<Date | undefined> {
  const row = await db
    .selectFrom("schedules")
    .select("seen_until")
    .where("automation", "=", automation)
    .where("cron", "=", cron)
    .where("timezone", "=", timezone)
    .executeTakeFirst();
  return row && new Date(row.seen_until);
}

export async function saveSchedule(
  { db }: Tables,
  { automation, cron, timezone }: ScheduleKey,
  seenUntil: Date,
): Promise<void> {
  const seen_until = seenUntil.getTime();
  await db
    .insertInto("schedules")
    .values({ automation, cron, timezone, seen_until })
    .onConflict((conflict) =>
      conflict.columns(["automation", "cron", "timezone"]).doUpdateSet({ seen_until }),
    )
    .execute();
}
