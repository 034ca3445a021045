import { ForgehandError, messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Source } from "./move/source.ts";
import { openSource, refuseMissing } from "./move/source.ts";
import type { Sum } from "./move/sum.ts";
import { sumUp } from "./move/sum.ts";
import type { Target } from "./move/target.ts";
import { openTarget } from "./move/target.ts";
import type { Shape } from "./move/tables.ts";
import { translatePostgres } from "./postgres/errors.ts";
import { openPostgres } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";

/** One table here and there. */
export interface Compared {
  readonly table: string;
  readonly from: Sum;
  readonly to: Sum;
  /** Whether both hold the same. */
  readonly same: boolean;
}

export interface Moved {
  /** Where it went: the database and its server, without a password. */
  readonly place: string;
  readonly tables: readonly Compared[];
  /** False where all of it was there already, and only the source had to be closed. */
  readonly copied: boolean;
}

/** How far it is: rows of a table that were copied, or compared, of all that it has. */
export type OnProgress = (done: {
  step: "copied" | "compared";
  table: string;
  rows: number;
  of: number;
}) => void;

export interface MoveOptions {
  /** File of the store in SQLite. */
  readonly from: string;
  /** Address of the database in PostgreSQL. */
  readonly to: string;
  readonly log: Log;
  /** Gives up when it is aborted, and leaves all as it was. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

/**
 * Move a history from SQLite into an empty database of PostgreSQL, all of it or nothing. Both are brought up to date;
 * then nobody can write to either until it is over: servers that still run answer 503 meanwhile. What arrived is compared
 * with what was there, row by row, and only then the source is closed for good (`markMoved`). Where that did not come to
 * be after the target was committed, doing it again finds all of it there, and closes the source.
 *
 * Throws MOVE_FAILED where it could not be moved, STORE_UNAVAILABLE and STORE_BUSY where one of the two cannot be used.
 */
export async function moveStore(options: MoveOptions): Promise<Moved> {
  const { from, to, log } = options;
  await refuseMissing(from);
  await (await openSqlite({ path: from, log })).close();
  await (await openPostgres({ url: to, log, connections: 1 })).close();
  using source = await openSource(from, { lock: true });
  await using target = await openTarget(to, { log, lock: true });
  try {
    const copied = await copy(source, target, options);
    const tables = await compare(source, target, options);
    refuseDifferent(tables, { copied, place: target.name });
    await target.countOn(source.highest);
    if (copied) await target.analyze();
    // Written before the target is committed, so that a full disk is noticed by then.
    source.mark(target.name);
    await target.commit();
    source.commit();
    return { place: target.name, tables, copied };
  } catch (error) {
    throw failure(error, options);
  }
}

/** Compare what two stores hold, while others may write to them: each as it is at one moment. Nothing is changed. */
export async function compareStores(options: MoveOptions): Promise<Compared[]> {
  const { from, to, log } = options;
  using source = await openSource(from, { lock: false });
  await using target = await openTarget(to, { log, lock: false });
  try {
    return await compare(source, target, options);
  } catch (error) {
    throw translatePostgres(error, target.name);
  }
}

/** Copy all tables into those of an empty store. False, and nothing copied, where there is something. */
async function copy(source: Source, target: Target, options: MoveOptions): Promise<boolean> {
  if ((await target.filled()).size > 0) {
    await refuseFilled(source, target);
    return false;
  }
  for (const shape of source.shapes) {
    const slices = told(source.slices(shape), { ...options, step: "copied", of: source.count(shape), shape });
    for await (const rows of slices) await target.insert(shape, rows);
  }
  return true;
}

/** What is there may be what an earlier move left that could not close the source; by the numbers, at first. */
async function refuseFilled(source: Source, target: Target): Promise<void> {
  const filled = await target.filled();
  if (source.shapes.every((shape) => source.count(shape) === (filled.get(shape.table) ?? 0))) return;
  throw notEmpty(target.name, [...filled].map(([table, rows]) => `${rows} rows in ${table}`).join(", "));
}

const notEmpty = (place: string, what: string): ForgehandError =>
  failed(
    `The database ${place} is not empty (${what}), and two histories cannot become one. Name an empty database, or empty this one if nobody needs what is in it: start no Forgehand on it before.`,
  );

async function compare(source: Source, target: Target, options: MoveOptions): Promise<Compared[]> {
  const compared: Compared[] = [];
  for (const shape of source.shapes) {
    const how = { ...options, step: "compared", of: 2 * source.count(shape), shape } as const;
    const from = await sumUp(told(source.slices(shape), how));
    const to = await sumUp(told(target.slices(shape), { ...how, before: from.rows }));
    const same = from.rows === to.rows && from.checksum === to.checksum;
    compared.push({ table: shape.table, from, to, same });
  }
  return compared;
}

function refuseDifferent(
  tables: readonly Compared[],
  { copied, place }: { copied: boolean; place: string },
): void {
  const different = tables.filter(({ same }) => !same).map(({ table }) => table);
  if (different.length === 0) return;
  if (!copied) throw notEmpty(place, `another history in ${different.join(", ")}`);
  throw failed(
    `What arrived in ${place} is not what was sent, in ${different.join(", ")}. Look for triggers or rules on its tables, and at its disk and memory.`,
  );
}

/** Slices, while somebody hears how far it is, and may stop it. */
async function* told<Slice extends { readonly length: number }>(
  slices: AsyncIterable<Slice>,
  how: Pick<MoveOptions, "signal" | "onProgress"> &
    Omit<Parameters<OnProgress>[0], "table" | "rows"> & { shape: Shape; before?: number },
): AsyncGenerator<Slice, void, undefined> {
  const { signal, onProgress, step, of, shape, before = 0 } = how;
  let rows = before;
  for await (const slice of slices) {
    signal?.throwIfAborted();
    yield slice;
    rows += slice.length;
    onProgress?.({ step, table: shape.table, rows, of });
  }
}

function failure(error: unknown, { signal }: MoveOptions): unknown {
  if (error instanceof ForgehandError) return error;
  if (signal?.aborted === true) return failed("The move was stopped.", error);
  return failed(`The move broke off (${messageOf(error)}).`, error);
}

const failed = (message: string, cause?: unknown): ForgehandError =>
  new ForgehandError("MOVE_FAILED", `${message} Nothing was moved: the history is where it was.`, { cause });
