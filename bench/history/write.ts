import { DatabaseSync } from "node:sqlite";

import { Client } from "pg";

import type { Rows } from "./rows.ts";
import { TABLES } from "./rows.ts";

type Row = Readonly<Record<string, unknown>>;

/** Writes rows into tables that are up to date, past the store: fast, and safe enough for what can be made again. */
export interface Writer {
  /** The highest ids that are given. */
  ids(): Promise<{ delivery: number; run: number }>;
  write(rows: Rows): Promise<void>;
  close(): Promise<void>;
}

export function openWriter(database: string): Promise<Writer> {
  const path = /^sqlite:(.+)$/.exec(database)?.[1];
  return path === undefined ? postgresWriter(database) : Promise.resolve(sqliteWriter(path));
}

function sqliteWriter(path: string): Writer {
  const database = new DatabaseSync(path, { timeout: 10_000 });
  database.exec("pragma synchronous = off");
  const highest = (table: string): number => {
    const [row] = database.prepare(`select coalesce(max(id), 0) as id from ${table}`).all();
    return Number(row?.id);
  };
  const insert = (table: string, rows: readonly Row[]): void => {
    const [first] = rows;
    if (first === undefined) return;
    const names = Object.keys(first);
    const statement = database.prepare(
      `insert or ignore into ${table} (${names.join()}) values (${names.map(() => "?").join()})`,
    );
    for (const row of rows) statement.run(...names.map((name) => (row[name] ?? null) as string));
  };
  return {
    ids: () => Promise.resolve({ delivery: highest("deliveries"), run: highest("runs") }),
    write(rows) {
      database.exec("begin immediate");
      for (const table of TABLES) insert(table, rows[table]);
      database.exec("commit");
      return Promise.resolve();
    },
    close() {
      database.close();
      return Promise.resolve();
    },
  };
}

async function postgresWriter(url: string): Promise<Writer> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query("set synchronous_commit = off");
  const highest = async (table: string): Promise<number> => {
    const { rows } = await client.query<{ id: string }>(`select coalesce(max(id), 0) as id from ${table}`);
    return Number(rows[0]?.id);
  };
  const insert = async (table: string, rows: readonly Row[]): Promise<void> => {
    const [first] = rows;
    if (first === undefined) return;
    const names = Object.keys(first)
      .map((name) => `"${name}"`)
      .join();
    const json = JSON.stringify(rows, (_name, value: unknown) => (isBytes(value) ? hex(value) : value));
    await client.query(
      `insert into ${table} (${names}) select ${names} from json_populate_recordset(null::${table}, $1)
       on conflict do nothing`,
      [json],
    );
  };
  return {
    ids: async () => ({ delivery: await highest("deliveries"), run: await highest("runs") }),
    async write(rows) {
      await client.query("begin");
      try {
        for (const table of TABLES) await insert(table, rows[table]);
        await client.query("commit");
      } catch (error) {
        await client.query("rollback");
        throw error;
      }
    },
    async close() {
      for (const table of ["deliveries", "runs"])
        await client.query(
          `select setval(pg_get_serial_sequence('${table}', 'id'), coalesce(max(id), 1)) from ${table}`,
        );
      // What autovacuum does by itself some minutes later.
      await client.query("vacuum analyze");
      await client.end();
    },
  };
}

/** As `JSON.stringify` hands on a Buffer. */
interface Bytes {
  readonly type: "Buffer";
  readonly data: readonly number[];
}

const isBytes = (value: unknown): value is Bytes =>
  typeof value === "object" && value !== null && "type" in value && value.type === "Buffer";

/** As PostgreSQL reads bytes. */
const hex = ({ data }: Bytes): string => `\\x${Buffer.from(data).toString("hex")}`;
