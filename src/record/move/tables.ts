import type { DatabaseSync } from "node:sqlite";

import type { Database } from "../schema.ts";

/** Every table, each after those that its rows refer to. The compiler finds one that is forgotten here. */
const EVERY: Readonly<Record<keyof Database, true>> = {
  deliveries: true,
  decisions: true,
  jobs: true,
  runs: true,
  log_chunks: true,
  requests: true,
  places: true,
  refusals: true,
  approvals: true,
  waits: true,
  answers: true,
  postponed: true,
  watches: true,
  pollings: true,
  schedules: true,
  turned_away: true,
  secrets: true,
  pulse: true,
  webhooks: true,
  recoveries: true,
  webhook_keys: true,
  repository_files: true,
};

/** A table with the names of its columns. */
export interface Shape {
  readonly table: string;
  readonly columns: readonly string[];
}

export const TABLES: readonly string[] = Object.keys(EVERY);

/** All tables of a store in SQLite with their columns, each after those that its rows refer to. */
export function shapesOf(database: DatabaseSync): Shape[] {
  const info = database.prepare("select name from pragma_table_info(?) order by cid");
  return TABLES.map((table) => ({ table, columns: info.all(table).map(({ name }) => String(name)) }));
}

/** Names as a list for a query. They are ours, and no word of SQL needs more than quotes. */
export const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
