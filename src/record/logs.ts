import { sql } from "kysely";

import type { Claim } from "../core/job.ts";
import type { LogChunk } from "../core/store.ts";
import type { Tables } from "./engine.ts";
import { isHeldBy, LIST_LIMIT } from "./jobs.ts";

/**
 * Add a piece by one statement, as nearly all are. False where nothing was added: the claim is lost, the log is full or
 * would be, or another piece came at the same moment.
 */
export async function appendAtOnce(
  { db, locksRows }: Tables,
  claim: Claim,
  { run, text, limit }: { run: number; text: string; limit: number },
): Promise<boolean> {
  if (text === "") return false;
  const bytes = Buffer.byteLength(text);
  const added = await sql`
    insert into log_chunks (run, seq, text, bytes, "full")
    select cast(${run} as bigint), coalesce(last.seq, 0) + 1, cast(${text} as text), coalesce(last.bytes, 0) + ${bytes}, 0
    from (select 1 as held from jobs where ${isHeldBy(claim)} ${locksRows ? sql`for update` : sql``}) as job
    left join (select seq, bytes, "full" from log_chunks where run = ${run} order by seq desc limit 1) as last on true
    where coalesce(last."full", 0) = 0 and coalesce(last.bytes, 0) + ${bytes} <= ${limit}
    on conflict do nothing`.execute(db);
  return added.numAffectedRows === 1n;
}

/** Add to a run's log up to `limit` bytes in all; then one line says that the rest was dropped, and nothing follows. */
export async function appendChunk({ db }: Tables, run: number, text: string, limit: number): Promise<void> {
  if (text === "") return;
  const last = await db
    .selectFrom("log_chunks")
    .select(["seq", "bytes", "full"])
    .where("run", "=", run)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  if (last?.full === 1) return;
  const chunk = { run, seq: (last?.seq ?? 0) + 1 };
  const bytes = (last?.bytes ?? 0) + Buffer.byteLength(text);
  if (bytes <= limit) {
    await db
      .insertInto("log_chunks")
      .values({ ...chunk, text, bytes, full: 0 })
      .execute();
    return;
  }
  const kept = firstBytes(text, limit - (last?.bytes ?? 0));
  const line = `\n[the log is longer than ${limit} bytes: the rest was dropped]\n`;
  await db
    .insertInto("log_chunks")
    .values({ ...chunk, text: kept + line, bytes: limit, full: 1 })
    .execute();
}

/** As many whole characters as fit into so many bytes. */
function firstBytes(text: string, bytes: number): string {
  const target = new Uint8Array(Math.max(0, bytes));
  return text.slice(0, new TextEncoder().encodeInto(text, target).read);
}

/** Pieces of a run's log after `after`, oldest first. */
export function listChunks({ db }: Tables, run: number, after: number): Promise<LogChunk[]> {
  return db
    .selectFrom("log_chunks")
    .select(["seq", "text"])
    .where("run", "=", run)
    .where("seq", ">", after)
    .orderBy("seq")
    .limit(LIST_LIMIT)
    .execute();
}
