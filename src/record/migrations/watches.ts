import type { Kysely } from "kysely";

import { filled } from "./filled.ts";

/** What the poller looks at, and what it keeps for each forge. */
export async function createWatches({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("watches")
    .$call(filled({ forge: "text", repo: "text", full_name: "text", source: "text", due_at: "bigint" }))
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
