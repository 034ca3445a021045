import type { Decision } from "../core/decision.ts";
import type { Delivery } from "../core/delivery.ts";
import type { KeptDelivery } from "../core/store.ts";
import type { Tables } from "./engine.ts";
import { LIST_LIMIT } from "./jobs.ts";
import { toDelivery } from "./rows.ts";

/** Everything but the body. */
const FACTS = [
  "id",
  "forge",
  "door",
  "delivery_id",
  "event",
  "headers",
  "rewritten",
  "reading",
  "reason",
  "received_at",
] as const;

/** The row that a key names. Text that is no key names none. */
const idOf = (key: string): number => (/^\d{1,15}$/.test(key) ? Number(key) : 0);

export async function findDelivery({ db }: Tables, key: string): Promise<KeptDelivery | undefined> {
  const row = await db
    .selectFrom("deliveries")
    .leftJoin("decisions", "decisions.delivery", "deliveries.id")
    .select([...FACTS, "body", "decisions"])
    .where("id", "=", idOf(key))
    .executeTakeFirst();
  return row && toDelivery(row);
}

export async function findDeliveryKey(
  { db }: Tables,
  { forge, door, id }: Pick<Delivery, "forge" | "door" | "id">,
): Promise<string | undefined> {
  const row = await db
    .selectFrom("deliveries")
    .select("id")
    .where("forge", "=", forge)
    .where("door", "=", door)
    .where("delivery_id", "=", id)
    .executeTakeFirst();
  return row && String(row.id);
}

/** Newest first, without bodies. */
export async function listDeliveries(
  { db }: Tables,
  { forge, before, limit }: { forge?: string; before?: string; limit: number },
): Promise<KeptDelivery[]> {
  const rows = await db
    .selectFrom("deliveries")
    .leftJoin("decisions", "decisions.delivery", "deliveries.id")
    .select([...FACTS, "decisions"])
    .$if(forge !== undefined, (query) => query.where("forge", "=", forge ?? ""))
    .$if(before !== undefined, (query) => query.where("id", "<", idOf(before ?? "")))
    .orderBy("id", "desc")
    .limit(Math.min(limit, LIST_LIMIT))
    .execute();
  return rows.map(toDelivery);
}

/** Write down what was decided about a delivery, in place of what was decided before. */
export async function keepDecisions(
  { db }: Tables,
  key: string,
  decisions: readonly Decision[],
): Promise<void> {
  const row = { delivery: idOf(key), decisions: JSON.stringify(decisions) };
  await db
    .insertInto("decisions")
    .values(row)
    .onConflict((conflict) => conflict.column("delivery").doUpdateSet({ decisions: row.decisions }))
    .execute();
}
