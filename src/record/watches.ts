import type { Selectable } from "kysely";
import { sql } from "kysely";

import type { Arrival, StoreTransaction } from "../core/store.ts";
import type { RememberedWatch, Watch } from "../core/watch.ts";
import { toDeliveryRow } from "./arrivals.ts";
import type { Tables } from "./engine.ts";
import { LIST_LIMIT } from "./jobs.ts";
import type { Database } from "./schema.ts";

type Row = Selectable<Database["watches"]>;
type Given<Method extends "watch" | "unwatch" | "noteWebhook" | "noteMissed" | "saveLook"> = Parameters<
  StoreTransaction[Method]
>[0];

/** Everything but the memory. */
const FACTS = ["forge", "repo", "full_name", "source", "due_at", "cost", "webhook_at", "missed_at"] as const;

/** The key of the delivery, unless it is there already. */
export async function insertFinding({ db }: Tables, arrival: Arrival): Promise<string | undefined> {
  const row = await db
    .insertInto("deliveries")
    .values(toDeliveryRow(arrival))
    .onConflict((conflict) => conflict.columns(["forge", "door", "delivery_id"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  return row && String(row.id);
}

export async function addWatch(
  { db }: Tables,
  { forge, repo, fullName, source, dueAt }: Given<"watch">,
): Promise<void> {
  const due = dueAt.getTime();
  await db
    .insertInto("watches")
    .values(newRow({ forge, repo, full_name: fullName, source, due_at: due }))
    .onConflict((conflict) =>
      conflict.columns(["forge", "repo"]).doUpdateSet({
        full_name: fullName,
        source,
        due_at: sql<number>`case when watches.due_at > ${due} then ${due} else watches.due_at end`,
      }),
    )
    .execute();
}

export async function removeWatch({ db }: Tables, { forge, repo }: Given<"unwatch">): Promise<void> {
  await db.deleteFrom("watches").where("forge", "=", forge).where("repo", "=", repo).execute();
}

export async function noteWebhook(
  { db }: Tables,
  { forge, repo, fullName, at }: Given<"noteWebhook">,
): Promise<void> {
  const time = at.getTime();
  await db
    .insertInto("watches")
    .values({
      ...newRow({ forge, repo, full_name: fullName, source: "seen", due_at: time }),
      webhook_at: time,
    })
    .onConflict((conflict) =>
      conflict.columns(["forge", "repo"]).doUpdateSet({ full_name: fullName, webhook_at: time }),
    )
    .execute();
}

/** Whether the repository is one that is looked at. */
export async function noteMissed({ db }: Tables, { forge, repo, at }: Given<"noteMissed">): Promise<boolean> {
  const time = at.getTime();
  const { numUpdatedRows } = await db
    .updateTable("watches")
    .set({
      missed_at: time,
      due_at: sql<number>`case when due_at > ${time} then ${time} else due_at end`,
    })
    .where("forge", "=", forge)
    .where("repo", "=", repo)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function saveLook(
  { db }: Tables,
  { forge, repo, dueAt, cost, memory }: Given<"saveLook">,
): Promise<void> {
  await db
    .updateTable("watches")
    .set({
      due_at: dueAt.getTime(),
      ...(cost !== undefined && { cost }),
      ...(memory !== undefined && { memory }),
    })
    .where("forge", "=", forge)
    .where("repo", "=", repo)
    .execute();
}

export async function listWatches(
  { db }: Tables,
  forge: string,
  { after, limit }: { after?: string; limit: number },
): Promise<Watch[]> {
  const rows = await db
    .selectFrom("watches")
    .select(FACTS)
    .where("forge", "=", forge)
    .$if(after !== undefined, (query) => query.where("repo", ">", after ?? ""))
    .orderBy("repo")
    .limit(Math.min(limit, LIST_LIMIT))
    .execute();
  return rows.map(toWatch);
}

export async function listDueWatches(
  { db }: Tables,
  forge: string,
  { by, limit }: { by: Date; limit: number },
): Promise<RememberedWatch[]> {
  const rows = await db
    .selectFrom("watches")
    .select([...FACTS, "memory"])
    .where("forge", "=", forge)
    .where("due_at", "<=", by.getTime())
    .orderBy("due_at")
    .limit(Math.min(limit, LIST_LIMIT))
    .execute();
  return rows.map((row) => ({ ...toWatch(row), memory: row.memory }));
}

export async function findNextWatch({ db }: Tables, forge: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom("watches")
    .select("due_at")
    .where("forge", "=", forge)
    .orderBy("due_at")
    .limit(1)
    .executeTakeFirst();
  return row && new Date(row.due_at);
}

export async function findPolling({ db }: Tables, forge: string): Promise<string> {
  const row = await db.selectFrom("pollings").select("state").where("forge", "=", forge).executeTakeFirst();
  return row?.state ?? "";
}

export async function savePolling({ db }: Tables, forge: string, state: string): Promise<void> {
  await db
    .insertInto("pollings")
    .values({ forge, state })
    .onConflict((conflict) => conflict.column("forge").doUpdateSet({ state }))
    .execute();
}

const newRow = (row: Pick<Row, "forge" | "repo" | "full_name" | "source" | "due_at">): Row => ({
  ...row,
  cost: null,
  webhook_at: null,
  missed_at: null,
  memory: "",
});

function toWatch(row: Omit<Row, "memory">): Watch {
  return {
    forge: row.forge,
    repo: row.repo,
    fullName: row.full_name,
    source: row.source,
    dueAt: new Date(row.due_at),
    ...(row.cost !== null && { cost: row.cost }),
    ...(row.webhook_at !== null && { webhookAt: new Date(row.webhook_at) }),
    ...(row.missed_at !== null && { missedAt: new Date(row.missed_at) }),
  };
}
