import type { Kysely } from "kysely";

import type { ColumnTypes } from "./tables.ts";

/** Secrets of the private addresses of automations. */
export async function createWebhookKeys(
  { schema }: Kysely<unknown>,
  { serial }: Pick<ColumnTypes, "serial">,
): Promise<void> {
  await schema
    .createTable("webhook_keys")
    .addColumn("id", ...serial)
    .addColumn("forge", "text", (column) => column.notNull())
    .addColumn("automation", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("made_at", "bigint", (column) => column.notNull())
    .addColumn("ends_at", "bigint")
    .execute();
  await schema.createIndex("webhook_keys_door").on("webhook_keys").columns(["forge", "automation"]).execute();
}
