import type { Kysely } from "kysely";

/** What the poller looks at, and what it keeps for each forge. */
export async function createWatches({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("watches")
    .addColumn("forge", "text", (column) => column.notNull())
    .addColumn("repo", "text", (column) => column.notNull())
    .addColumn("full_name", "text", (column) => column.notNull())
    .addColumn("source", "text", (column) => column.notNull())
    .addColumn("due_at", "bigint", (column) => column.notNull())
    .addColumn("cost", "bigint")
    .addColumn("webhook_at", "bigint")
    .addColumn("missed_at", "bigint")
    .addColumn("memory", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("watches_key", ["forge", "repo"])
    .execute();
  await schema.createIndex("watches_due").on("watches").columns(["forge", "due_at"]).execute();
  await schema
    .createTable("pollings")
    .addColumn("forge", "text", (column) => column.primaryKey())
    .addColumn("state", "text", (column) => column.notNull())
    .execute();
}
