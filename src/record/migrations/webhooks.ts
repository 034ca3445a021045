import type { Kysely } from "kysely";

import { filled } from "./filled.ts";

/** The webhooks that we look after, and what was lost of them and asked for again. */
export async function createWebhooks({ schema }: Kysely<unknown>): Promise<void> {
  await schema
    .createTable("webhooks")
    .$call(filled({ forge: "text", level: "text", name: "text", url: "text" }))
    .addColumn("secret_digest", "text")
    .addColumn("connected_at", "bigint", (column) => column.notNull())
    .addColumn("checked_at", "bigint")
    .addColumn("found", "text", (column) => column.notNull())
    .addColumn("healed_until", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("webhooks_key", ["forge", "level", "name"])
    .execute();
  await schema
    .createTable("recoveries")
    .$call(filled({ forge: "text", level: "text", name: "text", attempt: "text" }))
    .addColumn("delivery_id", "text")
    .$call(filled({ lost_at: "bigint", outcome: "text", tries: "bigint" }))
    .addPrimaryKeyConstraint("recoveries_key", ["forge", "level", "name", "attempt"])
    .execute();
}
