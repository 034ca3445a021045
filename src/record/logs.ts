import type { LogChunk } from "../core/store.ts";
import type { Tables } from "./engine.ts";
import { LIST_LIMIT } from "./jobs.ts";

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
