import { ForgehandError, messageOf } from "../../core/errors.ts";
import { full } from "../retry.ts";

/**
 * What kept a transaction from beginning: no connection was made, or it was dead when it was used. Nothing has happened,
 * so trying again is harmless.
 */
export class NotBegun extends Error {
  override readonly name = "NotBegun";

  constructor(cause: unknown) {
    super(messageOf(cause), { cause });
  }
}

/** Others write what we want to write: `serialization_failure`, `deadlock_detected`, `lock_not_available`. */
const BUSY = new Set(["40001", "40P01", "55P03"]);

/** The server takes no connection now: it starts, or has too many. */
const NOT_NOW = new Set(["53300", "57P03"]);

/** The server ended the connection, or the network did. The class 08 of its codes says so too. */
const CUT = new Set(["57P01", "57P02", "57P05", "25P03", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNABORTED"]);

/** Nobody answers at the address. */
const UNREACHABLE = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN", "ENOENT"]);

/** How pg says that a connection is gone or was not made in time; these errors have no code. */
const GONE = /^(Connection terminated|timeout expired|Client has encountered a connection error)/;
const HANGS = "Query read timeout";
const ALL_IN_USE = "timeout exceeded when trying to connect";

/**
 * PostgreSQL's codes (https://www.postgresql.org/docs/current/errcodes-appendix.html) and those of the network that say
 * that the server, its disk or the settings are at fault, in words for a person.
 */
const TROUBLES: Readonly<Record<string, string>> = {
  "28000": "refuses this user: check the user in its address, and pg_hba.conf on the server",
  "28P01": "refuses the password: check the user and the password in its address",
  "3D000": "does not exist: create it, or check the name in its address",
  "3F000": "has no schema to put tables into: check the search path of this user",
  "42501": "does not let this user do that: make the user the owner of the database or of its schema",
  "42P01": "has no tables of Forgehand: start Forgehand on it once, which makes them",
  "25006": "is read-only: connect to the primary server, and not to a replica",
  "53200": "needs more memory than its server has",
  "53300": "takes no more connections: raise max_connections on the server, or let fewer processes connect",
  "57014": "took longer than a minute for one statement: look at what its server is doing",
  "57P03": "is starting or stopping",
  "58030": "could not be read or written: check the disk and the log of the server",
  XX001: "is damaged: stop Forgehand and restore the database from a backup",
  XX002: "has a damaged index: see REINDEX in the manual of PostgreSQL",
  ENOTFOUND: "has an address whose host is not known: check the name of the host",
  EACCES: "may not be reached by this user: check the address of the server",
};

const DISK_FULL = "53100";

/** Kept plans of a connection do not fit any more: another process brought the tables up to date. It is not used again. */
export const isOutdatedPlan = (error: unknown): boolean =>
  codeOf(error) === "0A000" && messageOf(error).startsWith("cached plan must not change result type");

const codeOf = (error: unknown): string => {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
};

const isUnreachable = (error: unknown): boolean => UNREACHABLE.has(codeOf(error));

/** Whether an error says that the connection was lost, so that nobody knows whether what was under way was done. */
export function isPostgresCut(error: unknown): boolean {
  const code = codeOf(error);
  if (CUT.has(code) || code.startsWith("08")) return true;
  return error instanceof Error && (GONE.test(error.message) || error.message === HANGS);
}

/** Whether an error says that nothing has happened, and that trying again soon helps. */
export function isPostgresBusy(error: unknown): boolean {
  if (!(error instanceof NotBegun)) return BUSY.has(codeOf(error)) || isOutdatedPlan(error);
  const { cause } = error;
  if (BUSY.has(codeOf(cause)) || NOT_NOW.has(codeOf(cause))) return true;
  return isUnreachable(cause) || isPostgresCut(cause) || messageOf(cause) === ALL_IN_USE;
}

/**
 * An error of PostgreSQL or of the way to it in our words; errors that are no fault of the store stay what they are.
 * `name`: the database and its server, without a password.
 */
export function translatePostgres(error: unknown, name: string, waited = 0): unknown {
  if (error instanceof NotBegun) return translatePostgres(error.cause, name, waited);
  if (BUSY.has(codeOf(error)) || isOutdatedPlan(error)) return waitedLong(name, waited, error);
  if (codeOf(error) === DISK_FULL) return full(`server of the database ${name}`, error);
  const trouble = troubleOf(error);
  if (trouble === undefined) return error;
  const message = `The database ${name} ${trouble}. Until then nothing is received and no job is done.`;
  return new ForgehandError("STORE_UNAVAILABLE", message, { retryable: true, cause: error });
}

function troubleOf(error: unknown): string | undefined {
  const known = TROUBLES[codeOf(error)];
  if (known !== undefined) return known;
  if (isUnreachable(error)) return "cannot be reached: check that its server runs, and its address";
  if (isPostgresCut(error)) return "ended the connection or did not answer: look at the log of its server";
  if (messageOf(error) === ALL_IN_USE)
    return "is asked for more at once than the connections of this process allow";
  return undefined;
}

function waitedLong(name: string, waited: number, cause: unknown): ForgehandError {
  return new ForgehandError(
    "STORE_BUSY",
    `The database ${name} did not take a write within ${Math.round(waited)} ms, since others were writing the same ` +
      "rows or its server has too much to do. It is tried again; if this lasts, look at the server for a transaction " +
      "that stays open, such as that of a shell.",
    { retryable: true, cause },
  );
}
