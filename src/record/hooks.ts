import type { Selectable } from "kysely";

import type { HookFacts, HookKey, KeptHook, Recovery } from "../core/kept-hook.ts";
import type { Tables } from "./engine.ts";
import type { Database } from "./schema.ts";

type KeyColumns = Pick<Database["webhooks"], "forge" | "level" | "name">;
const KEY = ["forge", "level", "name"] as const;

/** Bound variables of one question: the oldest SQLite takes 999. */
const ASKED_AT_ONCE = 500;

const columnsOf = ({ forge, place }: HookKey): KeyColumns => ({
  forge,
  level: place.level,
  name: place.name,
});

function factColumns({ secretDigest, checkedAt, found, healedUntil }: HookFacts) {
  return {
    ...(secretDigest !== undefined && { secret_digest: secretDigest }),
    ...(checkedAt !== undefined && { checked_at: checkedAt.getTime() }),
    found,
    healed_until: healedUntil.getTime(),
  };
}

function toHook(row: Selectable<Database["webhooks"]>): KeptHook {
  return {
    forge: row.forge,
    place: { level: row.level, name: row.name },
    url: row.url,
    connectedAt: new Date(row.connected_at),
    found: row.found,
    healedUntil: new Date(row.healed_until),
    ...(row.secret_digest !== null && { secretDigest: row.secret_digest }),
    ...(row.checked_at !== null && { checkedAt: new Date(row.checked_at) }),
  };
}

/** All of one forge or of all, in the order of their keys. */
export async function listHooks({ db }: Tables, forge?: string): Promise<KeptHook[]> {
  let query = db.selectFrom("webhooks").selectAll();
  if (forge !== undefined) query = query.where("forge", "=", forge);
  const rows = await query.orderBy("forge").orderBy("level").orderBy("name").execute();
  return rows.map(toHook);
}

/** Write a webhook: inserted, or replaced in all but its key. */
export async function saveHook({ db }: Tables, hook: KeptHook): Promise<void> {
  const rest = {
    url: hook.url,
    secret_digest: null,
    connected_at: hook.connectedAt.getTime(),
    checked_at: null,
    ...factColumns(hook),
  };
  await db
    .insertInto("webhooks")
    .values({ ...columnsOf(hook), ...rest })
    .onConflict((conflict) => conflict.columns(KEY).doUpdateSet(rest))
    .execute();
}

/** Write facts of a webhook that is still known. */
export async function noteHook({ db }: Tables, key: HookKey, facts: HookFacts): Promise<void> {
  const { forge, level, name } = columnsOf(key);
  await db
    .updateTable("webhooks")
    .set(factColumns(facts))
    .where("forge", "=", forge)
    .where("level", "=", level)
    .where("name", "=", name)
    .execute();
}

/** Forget a webhook and what was lost of it. */
export async function removeHook({ db }: Tables, key: HookKey): Promise<void> {
  const { forge, level, name } = columnsOf(key);
  for (const table of ["webhooks", "recoveries"] as const) {
    await db
      .deleteFrom(table)
      .where("forge", "=", forge)
      .where("level", "=", level)
      .where("name", "=", name)
      .execute();
  }
}

/** What was lost since a moment and asked for again, oldest first. */
export async function listRecoveries({ db }: Tables, key: HookKey, since: Date): Promise<Recovery[]> {
  const { forge, level, name } = columnsOf(key);
  const rows = await db
    .selectFrom("recoveries")
    .selectAll()
    .where("forge", "=", forge)
    .where("level", "=", level)
    .where("name", "=", name)
    .where("lost_at", ">=", since.getTime())
    .orderBy("lost_at")
    .orderBy("attempt")
    .execute();
  return rows.map((row) => ({
    attempt: row.attempt,
    ...(row.delivery_id !== null && { id: row.delivery_id }),
    lostAt: new Date(row.lost_at),
    outcome: row.outcome,
    tries: row.tries,
  }));
}

/** Write what became of a lost delivery: inserted, or replaced in all but its key. */
export async function saveRecovery({ db }: Tables, key: HookKey, recovery: Recovery): Promise<void> {
  const { attempt, id, lostAt, outcome, tries } = recovery;
  const rest = { delivery_id: id ?? null, lost_at: lostAt.getTime(), outcome, tries };
  await db
    .insertInto("recoveries")
    .values({ ...columnsOf(key), attempt, ...rest })
    .onConflict((conflict) => conflict.columns([...KEY, "attempt"]).doUpdateSet(rest))
    .execute();
}

/** Which of these ids came to the address of a forge. */
export async function knownDeliveries(
  { db }: Tables,
  forge: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const known = new Set<string>();
  for (let from = 0; from < ids.length; from += ASKED_AT_ONCE) {
    const rows = await db
      .selectFrom("deliveries")
      .select("delivery_id")
      .where("forge", "=", forge)
      .where("door", "=", "")
      .where("delivery_id", "in", ids.slice(from, from + ASKED_AT_ONCE))
      .execute();
    for (const { delivery_id: id } of rows) known.add(id);
  }
  return known;
}
