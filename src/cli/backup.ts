import { resolve } from "node:path";

import type { Command } from "commander";

import type { Config } from "../config/schema.ts";
import { ForgehandError } from "../core/errors.ts";
import { createProgress } from "./progress.ts";
import { stopSignal } from "./signals.ts";
import type { ConfigOptions } from "./settings.ts";
import { loadOrThrow, withConfigOptions } from "./settings.ts";

const ABOUT =
  "Copy the store into one file, as it is at one moment, while Forgehand runs: nobody waits for it. The file holds secrets.";

const EXAMPLES = `
Examples:
  forgehand backup /backups/forgehand-$(date +%F).db
  forgehand backup --force --json /backups/forgehand.db
Restore: stop Forgehand, put the file in place of forgehand.db, remove forgehand.db-wal and
forgehand.db-shm, start. What else to keep is in docs/operations.md.`;

export function addBackup(program: Command): void {
  withConfigOptions(program.command("backup <file>"))
    .description(ABOUT)
    .option("--force", "replace the file if it is there")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action(makeBackup);
}

interface BackupOptions extends ConfigOptions {
  readonly force?: true;
  readonly json?: true;
}

async function makeBackup(file: string, { force, json, ...options }: BackupOptions): Promise<void> {
  const { database } = loadOrThrow(options, "optional");
  const to = resolve(file);
  if (!isSqlite(database)) throw new ForgehandError("BACKUP_FAILED", postgresWay(database, to));
  const { backUpSqlite } = await import("../record/sqlite/backup.ts");
  const began = performance.now();
  const made = await backUpSqlite({
    from: database.replace(/^sqlite:/, ""),
    to,
    force: force === true,
    signal: stopSignal(),
    onProgress: progress(),
  });
  const told = { ...made, seconds: Math.round(performance.now() - began) / 1_000 };
  console.log(json ? JSON.stringify(told) : lineOf(told));
}

const isSqlite = (database: Config["database"]): boolean => database.startsWith("sqlite:");

function lineOf({
  path,
  bytes,
  deliveries,
  runs,
  seconds,
}: Readonly<Record<"bytes" | "deliveries" | "runs" | "seconds", number>> & { path: string }): string {
  return `${path}: ${bytes} bytes, ${deliveries} deliveries, ${runs} runs, made and checked in ${seconds} s`;
}

function progress(): (copied: number, all: number) => void {
  let of = 0;
  const tell = createProgress(
    (copied) => `copied ${copied} of ${of} pages (${Math.floor((100 * copied) / of)} %)`,
  );
  return (copied, all) => {
    of = all;
    tell(copied);
  };
}

/** What to do instead where the store is in PostgreSQL, which has a program for it. No password is printed. */
export function postgresWay(database: string, file: string): string {
  const url = URL.parse(database);
  url?.searchParams.delete("password");
  if (url) url.password = "";
  const address = quoted(url?.href ?? "postgres://USER@HOST/DATABASE");
  return [
    "The store is in PostgreSQL, whose own program makes the backup, also while Forgehand runs:",
    `  pg_dump --format=custom --no-owner --file=${quoted(file)} ${address}`,
    "To restore it, stop every Forgehand first:",
    `  pg_restore --clean --if-exists --no-owner --dbname=${address} ${quoted(file)}`,
    "Give the password by PGPASSWORD or ~/.pgpass. Nothing was written.",
  ].join("\n");
}

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
