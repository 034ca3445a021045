import type { Kysely } from "kysely";

/** Up to when the times of each schedule were seen to. */
export async function createSchedules({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("schedules")
    .addColumn("automation", "text", (column) => column.notNull())
    .addColumn("cron", "text", (column) => column.notNull())
    .addColumn("timezone", "text", (column) => column.notNull())
    .addColumn("seen_until", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("schedules_key", ["automation", "cron", "timezone"])
    .execute();
}
