import type { Kysely } from "kysely";

/** The webhooks that we look after, and what was lost of them and asked for again. */
export async function createWebhooks({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("webhooks")
    .addColumn("forge", "text", (column) => column.notNull())
    .addColumn("level", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("url", "text", (column) => column.notNull())
    .addColumn("secret_digest", "text")
    .addColumn("connected_at", "bigint", (column) => column.notNull())
    .addColumn("checked_at", "bigint")
    .addColumn("found", "text", (column) => column.notNull())
    .addColumn("healed_until", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("webhooks_key", ["forge", "level", "name"])
    .execute();
  await schema
    .createTable("recoveries")
    .addColumn("forge", "text", (column) => column.notNull())
    .addColumn("level", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("attempt", "text", (column) => column.notNull())
    .addColumn("delivery_id", "text")
    .addColumn("lost_at", "bigint", (column) => column.notNull())
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("tries", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("recoveries_key", ["forge", "level", "name", "attempt"])
    .execute();
}
