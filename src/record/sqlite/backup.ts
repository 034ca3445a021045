import { randomUUID } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";

import { ForgehandError, messageOf } from "../../core/errors.ts";
import { knows, newerStore } from "../migrations/migrate.ts";
import { refuseMoved } from "../move/moved.ts";
import { COLUMN_TYPES } from "../sqlite.ts";
import { codeOf } from "./errors.ts";

/** Pages that are copied at once, before anybody hears of it: 8 MiB. */
const PAGES_AT_ONCE = 1_000;
/** How long we wait for a server that is just bringing the file in order (ms): readers wait for nothing else. */
const BUSY_TIMEOUT_MS = 5_000;
/** What SQLite lays beside a file while it works on it. */
const BESIDE = ["", "-journal", "-wal", "-shm"];

/** A backup that was made, and what is in it. */
export interface Backup {
  readonly path: string;
  readonly bytes: number;
  readonly deliveries: number;
  readonly runs: number;
}

export interface BackupOptions {
  /** File of the store. */
  readonly from: string;
  readonly to: string;
  /** Whether a file at `to` is replaced. */
  readonly force?: boolean;
  /** Gives up when it is aborted, and leaves nothing. */
  readonly signal?: AbortSignal;
  /** Hears how many of all pages are copied. */
  readonly onProgress?: (copied: number, all: number) => void;
}

/**
 * Copy a store into one file that needs no other, while others write to it: as it is at one moment, without anybody
 * having to wait. The copy is readable by this user only, since it holds the secrets of the installation. It has its name
 * only when it is complete, checked and on disk. Throws BACKUP_FAILED where it could not be made, STORE_UNAVAILABLE where
 * there is no such store or a newer Forgehand wrote it; a file that was at `to` is as before then.
 *
 * The copying connection holds one read transaction all the while: without that SQLite begins anew whenever another
 * process writes, and comes to no end beside a busy server. `vacuum into` would do too, and be smaller, but blocks the
 * thread until it is done, so that nobody hears how far it is and nothing can stop it.
 */
export async function backUpSqlite(options: BackupOptions): Promise<Backup> {
  const { from, to, force = false } = options;
  await refuseBad(from, { to, force });
  const draft = join(dirname(to), `.${basename(to)}.${randomUUID()}`);
  try {
    await (await open(draft, "wx", 0o600)).close();
    const counts = await copy(draft, options);
    checkCopy(draft, counts);
    await sync(draft);
    const { size } = await stat(draft);
    await rename(draft, to);
    await sync(dirname(to));
    return { path: to, bytes: size, ...counts };
  } catch (error) {
    throw failure(error, options);
  } finally {
    for (const beside of BESIDE) await rm(draft + beside, { force: true });
  }
}

async function refuseBad(from: string, { to, force }: { to: string; force: boolean }): Promise<void> {
  const missing = await stat(from).then(
    (found) => (found.isFile() ? undefined : "is no file"),
    (error: unknown) => (isCode(error, "ENOENT") ? "does not exist" : `cannot be seen: ${messageOf(error)}`),
  );
  if (missing !== undefined) {
    const message = `The database ${from} ${missing}, so there is nothing to back up. See \`database\` and the data folder in the config, and that this is the account of Forgehand.`;
    throw new ForgehandError("STORE_UNAVAILABLE", message);
  }
  if (!(await isFolder(dirname(to)))) {
    throw failed(`The folder ${dirname(to)} does not exist: make it first.`);
  }
  if (await isFolder(to)) throw failed(`${to} is a folder: name a file in it.`);
  const there = await realpath(to).catch(() => undefined);
  if (there === undefined) return;
  const store = await realpath(from);
  if (BESIDE.some((beside) => there === store + beside)) {
    throw failed(`${to} is the database itself: name another file.`);
  }
  if (!force) throw failed(`${to} is there already: name another file, or say --force to replace it.`);
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

interface Counts {
  readonly deliveries: number;
  readonly runs: number;
}

/** Copy all pages as of one moment. The answer is what there was then. */
async function copy(draft: string, { from, signal, onProgress }: BackupOptions): Promise<Counts> {
  // Opened for reading alone, and beside nobody else, it would leave files behind that belong to whoever made the backup.
  const source = new DatabaseSync(from, { timeout: BUSY_TIMEOUT_MS });
  try {
    source.exec("pragma query_only = on; begin");
    refuseMoved(source);
    const names = source.prepare("select name from kysely_migration").all();
    if (
      !knows(
        names.map(({ name }) => String(name)),
        COLUMN_TYPES,
      )
    )
      throw newerStore();
    const counts = countsIn(source);
    signal?.throwIfAborted();
    await backup(source, draft, {
      rate: PAGES_AT_ONCE,
      progress: ({ totalPages, remainingPages }) => {
        signal?.throwIfAborted();
        onProgress?.(totalPages - remainingPages, totalPages);
      },
    });
    signal?.throwIfAborted();
    return counts;
  } finally {
    source.close();
  }
}

const countsIn = (database: DatabaseSync): Counts => ({
  deliveries: countOf(database, "deliveries"),
  runs: countOf(database, "runs"),
});

const countOf = (database: DatabaseSync, table: "deliveries" | "runs"): number =>
  Number(database.prepare(`select count(*) as count from ${table}`).get()?.count);

/** Make the copy one file that stands alone, and see that it is whole. */
function checkCopy(draft: string, counts: Counts): void {
  const copied = new DatabaseSync(draft);
  try {
    copied.exec("pragma journal_mode = delete");
    const found = copied.prepare("pragma integrity_check(3)").all();
    const problems = found.map(({ integrity_check: said }) => String(said)).filter((said) => said !== "ok");
    if (copied.prepare("pragma foreign_key_check").all().length > 0) {
      problems.push("rows refer to others that are not there");
    }
    const { deliveries, runs } = countsIn(copied);
    if (deliveries !== counts.deliveries || runs !== counts.runs) problems.push("rows are missing");
    if (problems.length > 0) {
      throw failed(
        `The copy is damaged (${problems.join("; ")}). The database itself may be, too: keep older backups, and look at the disk.`,
      );
    }
  } finally {
    copied.close();
  }
}

/** See that a file or the entries of a folder are on disk. */
async function sync(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function failure(error: unknown, { from, to, signal }: BackupOptions): unknown {
  if (error instanceof ForgehandError) return error;
  if (signal?.aborted === true) return failed("The backup was stopped.", error);
  const code = codeOf(error);
  const trouble = code === undefined ? undefined : TROUBLES[code];
  if (isCode(error, "ENOSPC") || isCode(error, "EFBIG")) return failed(NO_ROOM(to), error);
  if (trouble !== undefined) return failed(trouble({ from, to }), error);
  const hint = `See that this user may read ${from} and write into ${dirname(to)}.`;
  return failed(`The backup could not be made (${messageOf(error)}). ${hint}`, error);
}

const NO_ROOM = (to: string): string =>
  `There is no room for the backup in ${dirname(to)}: free some, or name a file on another disk.`;

/** What SQLite's result codes mean here (https://www.sqlite.org/rescode.html). */
const TROUBLES: Readonly<Record<number, (files: { from: string; to: string }) => string>> = {
  10: ({ from, to }) =>
    `${from} could not be read, or ${to} not be written: see that there is room in ${dirname(to)}, and look at the system log for trouble with a disk.`,
  11: ({ from }) => `${from} is damaged: stop Forgehand and restore an older backup.`,
  13: ({ to }) => NO_ROOM(to),
  26: ({ from }) => `${from} is no SQLite database: check the path in the config.`,
};

const failed = (message: string, cause?: unknown): ForgehandError =>
  new ForgehandError("BACKUP_FAILED", `${message} Nothing was written.`, { cause });
