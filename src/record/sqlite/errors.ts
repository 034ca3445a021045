import { ForgehandError } from "../../core/errors.ts";
import { SQLITE_CONSTRAINT_TRIGGER } from "../move/moved.ts";
import { busy, full } from "../retry.ts";

const BUSY = 5;

/** SQLite's result codes that say that the file, the disk or the machine is at fault, in words for a person. */
const TROUBLES: Readonly<Record<number, string>> = {
  3: "may not be opened by this user: check who owns the file and its folder",
  7: "needs more memory than there is",
  8: "is read-only: check who may write the file and its folder",
  10: "could not be read or written: check the disk and the system log",
  11: "is damaged: stop Forgehand and restore the file from a backup",
  14: "could not be opened: check that its folder exists and may be written by this user",
  26: "is no SQLite database: check the path in the configuration",
};

const FULL = 13;
/** SQLite could not make its shared index any larger: the disk is full as well. */
const NO_ROOM_FOR_INDEX = 10 | (19 << 8);

/** The primary result code (https://www.sqlite.org/rescode.html) of an error of node:sqlite. */
export function codeOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("errcode" in error)) return undefined;
  if (typeof error.errcode !== "number") return undefined;
  return error.errcode === NO_ROOM_FOR_INDEX ? FULL : error.errcode & 0xff;
}

/** What a trigger said: only a store that was moved away has some, and they say where it went. */
function saidByTrigger(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("errcode" in error && "message" in error))
    return undefined;
  return error.errcode === SQLITE_CONSTRAINT_TRIGGER ? String(error.message) : undefined;
}

/** Whether another connection holds the lock that we need. */
export function isSqliteBusy(error: unknown): boolean {
  return codeOf(error) === BUSY;
}

/** An error of node:sqlite in our words; errors that are no fault of the store stay what they are. */
export function translateSqlite(error: unknown, path: string, waited = 0): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  if (code === BUSY) return busy(waited, error);
  if (code === FULL) return full(`database ${path}`, error);
  const moved = saidByTrigger(error);
  if (moved !== undefined) return unavailable(moved, error);
  const trouble = TROUBLES[code];
  if (trouble === undefined) return error;
  const message = `The database ${path} ${trouble}. Until then nothing is received and no job is done.`;
  return unavailable(message, error);
}

const unavailable = (message: string, cause: unknown): ForgehandError =>
  new ForgehandError("STORE_UNAVAILABLE", message, { retryable: true, cause });
