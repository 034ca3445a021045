import type { Kysely } from "kysely";

import { filled } from "./filled.ts";
import type { ColumnTypes } from "./tables.ts";

/** Secrets of the private addresses of automations. */
export async function createWebhookKeys(
  { schema }: Kysely<unknown>,
  { serial }: Pick<ColumnTypes, "serial">,
): Promise<void> {
  await schema
    .createTable("webhook_keys")
    .addColumn("id", ...serial)
    .$call(filled({ forge: "text", automation: "text", key: "text", made_at: "bigint" }))
    .addColumn("ends_at", "bigint")
    .execute();
  await schema.createIndex("webhook_keys_door").on("webhook_keys").columns(["forge", "automation"]).execute();
}
