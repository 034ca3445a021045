import type { PostgresPoolClient } from "kysely";

import type { Log } from "../../core/log.ts";
import { toValue } from "./sum.ts";
import type { Row, Value } from "./sum.ts";
import type { Shape } from "./tables.ts";
import { listed, TABLES } from "./tables.ts";
import { nameOf, parseAddress } from "../postgres/address.ts";
import { NotBegun, translatePostgres } from "../postgres/errors.ts";
import { createPool } from "../postgres/pool.ts";

/** Rows that are read at once: bodies of deliveries may have a MiB each, and come as twice as much text. */
const FETCHED = 50;

/** A store in PostgreSQL that a history goes into, or that is looked at: one transaction over one connection. */
export interface Target extends AsyncDisposable {
  /** The database and its server, without a password. */
  readonly name: string;
  /** How many rows each table has, of those that have any. */
  filled(): Promise<ReadonlyMap<string, number>>;
  insert(shape: Shape, rows: readonly Row[]): Promise<void>;
  slices(shape: Shape): AsyncIterable<readonly Row[]>;
  /** Give no id up to these again, by table. */
  countOn(highest: ReadonlyMap<string, number>): Promise<void>;
  /** Let the server know its new tables: it plans its first queries by what it counts here. */
  analyze(): Promise<void>;
  commit(): Promise<void>;
}

/**
 * Open one whose tables are up to date. `lock`: nobody else can write into them until it is over; else they are looked
 * at as of one moment. What is not committed is undone when it is closed. Throws STORE_UNAVAILABLE where it cannot be
 * reached.
 */
export async function openTarget(url: string, { log, lock }: { log: Log; lock: boolean }): Promise<Target> {
  const name = nameOf(parseAddress(url));
  const pool = createPool({ url, log, connections: 1 });
  try {
    const connection = await pool.connect();
    await begin(connection, lock);
    return {
      ...targetOf(connection),
      name,
      async [Symbol.asyncDispose]() {
        // A connection that is ended takes what it did not commit with it.
        connection.release(true);
        await pool.end();
      },
    };
  } catch (error) {
    await pool.end();
    throw translatePostgres(error instanceof NotBegun ? error.cause : error, name);
  }
}

async function begin(connection: PostgresPoolClient, lock: boolean): Promise<void> {
  await connection.query(lock ? "begin" : "begin isolation level repeatable read read only", []);
  // Between two slices we may read the source for long, and its tables are large.
  for (const limit of ["idle_in_transaction_session_timeout", "statement_timeout"]) {
    await connection.query(`set local ${limit} = 0`, []);
  }
  if (lock) await connection.query(`lock table ${listed(TABLES)} in share row exclusive mode`, []);
}

function targetOf(connection: PostgresPoolClient): Omit<Target, "name" | typeof Symbol.asyncDispose> {
  const ask = async (text: string, values: readonly Value[] = []) =>
    (await connection.query<Record<string, unknown>>(text, values)).rows;
  return {
    async filled() {
      const counts = new Map<string, number>();
      for (const table of TABLES) {
        const [row] = await ask(`select count(*) as count from "${table}"`);
        if (Number(row?.count) > 0) counts.set(table, Number(row?.count));
      }
      return counts;
    },
    async insert({ table, columns }, rows) {
      const values = rows.map((row, at) => placesOf(row, at * columns.length)).join(", ");
      await ask(`insert into "${table}" (${listed(columns)}) values ${values}`, rows.flat());
    },
    async *slices({ table, columns }) {
      await ask(`declare moved no scroll cursor for select ${listed(columns)} from "${table}"`);
      for (;;) {
        const rows = await ask(`fetch ${FETCHED} from moved`);
        if (rows.length === 0) break;
        yield rows.map((row) => columns.map((column) => toValue(row[column])));
      }
      await ask("close moved");
    },
    async countOn(highest) {
      for (const [table, id] of highest)
        await ask("select setval(pg_get_serial_sequence($1, 'id'), $2)", [table, id]);
    },
    async analyze() {
      await ask(`analyze ${listed(TABLES)}`);
    },
    async commit() {
      await ask("commit");
    },
  };
}

const placesOf = (row: Row, before: number): string =>
  `(${row.map((_, at) => `$${before + at + 1}`).join(", ")})`;
