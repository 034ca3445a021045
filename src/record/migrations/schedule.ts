import type { Kysely } from "kysely";

/** Up to when the times of each schedule were seen to, and what was turned away. */
export async function createSchedules({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("schedules")
    .addColumn("automation", "text", (column) => column.notNull())
    .addColumn("cron", "text", (column) => column.notNull())
    .addColumn("timezone", "text", (column) => column.notNull())
    .addColumn("seen_until", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("schedules_key", ["automation", "cron", "timezone"])
    .execute();
  await schema
    .createTable("turned_away")
    .addColumn("forge", "text", (column) => column.notNull())
    .addColumn("address", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("count", "bigint", (column) => column.notNull())
    .addColumn("first_at", "bigint", (column) => column.notNull())
    .addColumn("last_at", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("turned_away_key", ["forge", "address", "reason"])
    .execute();
}
