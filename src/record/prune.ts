import type { ExpressionBuilder } from "kysely";
import { sql } from "kysely";

import type { Prunable, Pruned, PruneSlice, Weight } from "../core/prune.ts";
import { isOver } from "../core/run.ts";
import type { Tables } from "./engine.ts";
import { LIST_LIMIT } from "./jobs.ts";
import { pruneLogs, pruneRuns } from "./prune/runs.ts";
import type { Database } from "./schema.ts";
import { deliveryLooks, walked } from "./prune/walk.ts";

/** Prune a slice of the walk over what is kept, within a transaction. */
export function pruneSlice(tables: Tables, what: Prunable, slice: PruneSlice): Promise<Pruned> {
  return PRUNE[what](tables, slice);
}

const PRUNE: Readonly<Record<Prunable, (tables: Tables, slice: PruneSlice) => Promise<Pruned>>> = {
  bodies: pruneBodies,
  deliveries: pruneDeliveries,
  logs: pruneLogs,
  runs: pruneRuns,
};

/** Newest first, also those of no weight. */
export async function listWeights(
  { db }: Tables,
  what: "bodies" | "logs",
  { below = Number.MAX_SAFE_INTEGER, limit }: { below?: number; limit: number },
): Promise<Weight[]> {
  const most = Math.min(limit, LIST_LIMIT);
  const rows =
    what === "bodies"
      ? await db
          .selectFrom("deliveries")
          .select(["id", sql<number | null>`octet_length(body)`.as("bytes")])
          .where("id", "<", below)
          .orderBy("id", "desc")
          .limit(most)
          .execute()
      : await db
          .selectFrom("runs")
          .select((run) => ["id", lastPiece(run).as("bytes")])
          .where("id", "<", below)
          .orderBy("id", "desc")
          .limit(most)
          .execute();
  return rows.map(({ id, bytes }) => ({ id, bytes: bytes ?? 0 }));
}

/** The bytes of a run's log up to its last piece. */
const lastPiece = (run: ExpressionBuilder<Database, "runs">) =>
  run
    .selectFrom("log_chunks")
    .select("bytes")
    .whereRef("run", "=", "runs.id")
    .orderBy("seq", "desc")
    .limit(1);

async function pruneBodies(tables: Tables, slice: PruneSlice): Promise<Pruned> {
  const looks = await deliveryLooks(tables, slice);
  const { chosen, ...walk } = walked(slice, looks, ({ bytes }) => (bytes === null ? 0 : 1));
  const needed = await neededDeliveries(tables, chosen);
  const gone = chosen.filter(({ id }) => !needed.has(id));
  if (gone.length > 0) {
    await tables.db.updateTable("deliveries").set({ body: null }).where("id", "in", idsOf(gone)).execute();
  }
  return { count: gone.length, bytes: bytesOf(gone), ...walk };
}

async function pruneDeliveries(tables: Tables, slice: PruneSlice): Promise<Pruned> {
  const { chosen, ...walk } = walked(slice, await deliveryLooks(tables, slice), () => 1);
  const needed = await neededDeliveries(tables, chosen);
  const gone = chosen.filter(({ id }) => !needed.has(id));
  if (gone.length > 0) {
    await tables.db.deleteFrom("decisions").where("delivery", "in", idsOf(gone)).execute();
    await tables.db.deleteFrom("deliveries").where("id", "in", idsOf(gone)).execute();
  }
  return { count: gone.length, bytes: bytesOf(gone), ...walk };
}

const idsOf = (rows: readonly { id: number }[]): number[] => rows.map(({ id }) => id);

const bytesOf = (rows: readonly { bytes: number | null }[]): number =>
  rows.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);

/** Which of these deliveries somebody will read again. */
async function neededDeliveries({ db }: Tables, rows: readonly { id: number }[]): Promise<Set<number>> {
  if (rows.length === 0) return new Set();
  const keys = rows.map(({ id }) => String(id));
  const matching = db
    .selectFrom("jobs")
    .select("subject as key")
    .where("stage", "=", "match")
    .where("subject", "in", keys);
  const waiting = db.selectFrom("waits").select("delivery as key").where("delivery", "in", keys);
  const postponed = db.selectFrom("postponed").select("delivery as key").where("delivery", "in", keys);
  const opened = db
    .selectFrom("requests")
    .select("delivery as key")
    .where("delivery", "in", keys)
    .where("state", "=", "open");
  // The state is not asked for, so that the way goes by the delivery and not by all runs that wait.
  const caused = db.selectFrom("runs").select(["delivery as key", "state"]).where("delivery", "in", keys);
  const needed = new Set<number>();
  for (const query of [matching, waiting, postponed, opened]) {
    for (const { key } of await query.execute()) needed.add(Number(key));
  }
  for (const { key, state } of await caused.execute()) if (!isOver(state)) needed.add(Number(key));
  return needed;
}
