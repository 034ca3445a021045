import { randomInt } from "node:crypto";

import type { RawBuilder } from "kysely";
import { sql } from "kysely";

import type { WebhookDoor, WebhookKey } from "../core/webhook-key.ts";
import type { Tables } from "./engine.ts";

/** As long as those of Ansible Tower and AWX, and of characters that every forge takes: 297 bits. */
const KEY_LENGTH = 50;
const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A new key; nobody ever chooses one. */
function makeWebhookKey(): string {
  return Array.from({ length: KEY_LENGTH }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join("");
}

/** Rows whose time has not come yet by the store's clock. */
const counts = (now: RawBuilder<number>) => sql<boolean>`(ends_at is null or ends_at > ${now})`;

/** Keys that count now, newest first: of one private address or of all. */
export async function listWebhookKeys({ db, now }: Tables, door?: WebhookDoor): Promise<WebhookKey[]> {
  let query = db.selectFrom("webhook_keys").selectAll().where(counts(now));
  if (door !== undefined) {
    query = query.where("forge", "=", door.forge).where("automation", "=", door.automation);
  }
  const rows = await query.orderBy("forge").orderBy("automation").orderBy("id", "desc").execute();
  return rows.map(({ forge, automation, key, made_at, ends_at }) => ({
    forge,
    automation,
    key,
    madeAt: new Date(made_at),
    ...(ends_at !== null && { endsAt: new Date(ends_at) }),
  }));
}

/** Make a new key; older ones of the same address count for `grace` milliseconds more, and are then forgotten. */
export async function addWebhookKey(
  tables: Tables,
  { forge, automation }: WebhookDoor,
  { grace }: { grace: number },
): Promise<string> {
  await endWebhookKeys(tables, { forge, automation }, grace);
  const key = makeWebhookKey();
  await tables.db
    .insertInto("webhook_keys")
    .values({ forge, automation, key, made_at: tables.now, ends_at: null })
    .execute();
  return key;
}

/** Let all keys of an address end now. */
export function removeWebhookKeys(tables: Tables, door: WebhookDoor): Promise<void> {
  return endWebhookKeys(tables, door, 0);
}

/** Let all keys of an address end in so many milliseconds, where none ends sooner. Those that ended are removed. */
async function endWebhookKeys(
  { db, now }: Tables,
  { forge, automation }: WebhookDoor,
  grace: number,
): Promise<void> {
  const end = sql<number>`${now} + ${grace}`;
  await db
    .updateTable("webhook_keys")
    .set({ ends_at: end })
    .where("forge", "=", forge)
    .where("automation", "=", automation)
    .where(sql<boolean>`(ends_at is null or ends_at > ${end})`)
    .execute();
  await db
    .deleteFrom("webhook_keys")
    .where("forge", "=", forge)
    .where("automation", "=", automation)
    .where(sql<boolean>`ends_at <= ${now}`)
    .execute();
}
