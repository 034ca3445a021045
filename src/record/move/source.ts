import { stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";

import { ForgehandError, messageOf } from "../../core/errors.ts";
import { slicesOf, toValue } from "./sum.ts";
import type { Row } from "./sum.ts";
import type { Shape } from "./tables.ts";
import { listed, shapesOf } from "./tables.ts";
import { markMoved, reopenMoved } from "./moved.ts";
import { codeOf } from "../sqlite/errors.ts";

/** How long we wait for the transaction of somebody else (ms). */
const BUSY_TIMEOUT_MS = 10_000;

/** A store in SQLite that is read as it is at one moment. */
export interface Source extends Disposable {
  readonly shapes: readonly Shape[];
  /** Rows of a table by the engine's own count. */
  count(shape: Shape): number;
  slices(shape: Shape): AsyncIterable<readonly Row[]>;
  /** The highest id that was ever given, by table. */
  readonly highest: ReadonlyMap<string, number>;
  /** Say that the history goes on elsewhere, once the transaction is committed. */
  mark(place: string): void;
  commit(): void;
}

/**
 * Hold a store for the time of a move: nobody else can write until it is committed or closed. `lock` false: only look,
 * while others write. Throws STORE_UNAVAILABLE where there is none, STORE_BUSY where somebody else holds it.
 */
export async function openSource(path: string, { lock }: { lock: boolean }): Promise<Source> {
  await refuseMissing(path);
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    begin(database, path, lock);
    refuseOlder(database, path);
    return sourceOf(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

function sourceOf(database: DatabaseSync): Source {
  const highest = database.prepare("select name, seq from sqlite_sequence").all();
  return {
    shapes: shapesOf(database),
    highest: new Map(highest.map(({ name, seq }) => [String(name), Number(seq)])),
    count: ({ table }) => Number(database.prepare(`select count(*) as count from "${table}"`).get()?.count),
    slices: (shape) => slicesOf(rowsOf(database, shape)),
    mark: (place) => markMoved(database, place),
    commit: () => database.exec("commit"),
    [Symbol.dispose]: () => database.close(),
  };
}

function refuseOlder(database: DatabaseSync, path: string): void {
  if (shapesOf(database).every(({ columns }) => columns.length > 0)) return;
  const message = `The database ${path} lacks tables of this Forgehand: start it there once, which brings them up to date.`;
  throw new ForgehandError("STORE_UNAVAILABLE", message);
}

function begin(database: DatabaseSync, path: string, lock: boolean): void {
  try {
    database.exec(lock ? "begin immediate" : "pragma query_only = on; begin");
  } catch (error) {
    if (codeOf(error) !== 5) throw error;
    const message = `The database ${path} is being written by somebody else for more than ${BUSY_TIMEOUT_MS / 1_000} s: look for a program that holds it open, such as a shell.`;
    throw new ForgehandError("STORE_BUSY", message, { retryable: true, cause: error });
  }
}

function* rowsOf(database: DatabaseSync, { table, columns }: Shape): Generator<Row, void, undefined> {
  const rows = database.prepare(`select ${listed(columns)} from "${table}"`).iterate();
  for (const row of rows) yield columns.map((column) => toValue(row[column]));
}

/** Throws STORE_UNAVAILABLE where there is no file: opening one would make it. */
export async function refuseMissing(path: string): Promise<void> {
  const missing = await stat(path).then(
    (found) => (found.isFile() ? undefined : "is no file"),
    (error: unknown) => `cannot be opened: ${messageOf(error)}`,
  );
  if (missing === undefined) return;
  const message = `The database ${path} ${missing}. See \`--from\`, \`database\` and the data folder in the config, and that this is the account of Forgehand.`;
  throw new ForgehandError("STORE_UNAVAILABLE", message);
}

/** Let a store that was moved away be used again. False where it was not moved away. */
export async function reopenSource(path: string): Promise<boolean> {
  await refuseMissing(path);
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    begin(database, path, true);
    const done = reopenMoved(database);
    database.exec("commit");
    return done;
  } finally {
    database.close();
  }
}
