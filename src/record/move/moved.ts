import type { DatabaseSync } from "node:sqlite";

import { ForgehandError } from "../../core/errors.ts";
import { TABLES } from "./tables.ts";

/** The table that is there when the history was moved away; the names of the triggers begin with the same. */
const MARK = "moved_away";

/** What the triggers of a store that was moved away say, by SQLite's extended result codes. No others are made. */
export const SQLITE_CONSTRAINT_TRIGGER = 1811;

/**
 * Close a store in SQLite for good, since its history goes on in `place`: who opens it is told so, and triggers refuse
 * every write, also those of processes that have it open. Within a transaction of the caller.
 */
export function markMoved(database: DatabaseSync, place: string): void {
  const said = `The history was moved to the database ${place} at ${new Date().toISOString()} and goes on there: start Forgehand with that as its \`database\`. \`forgehand migrate --reopen\` lets it go on here again, without what came to be there.`;
  database.exec(`create table ${MARK} (said text not null)`);
  database.prepare(`insert into ${MARK} values (?)`).run(said);
  for (const table of TABLES) {
    for (const change of ["insert", "update", "delete"]) {
      database.exec(
        `create trigger ${MARK}_${table}_${change} before ${change} on ${table}
          begin select raise(abort, '${said.replaceAll("'", "''")}'); end`,
      );
    }
  }
}

/** Let a store that was moved away be used again. False where it was not. */
export function reopenMoved(database: DatabaseSync): boolean {
  if (saidOf(database) === undefined) return false;
  const triggers = database
    .prepare("select name from sqlite_schema where type = 'trigger' and substr(name, 1, ?) = ?")
    .all(MARK.length, MARK);
  for (const { name } of triggers) database.exec(`drop trigger ${String(name)}`);
  database.exec(`drop table ${MARK}`);
  return true;
}

/** Throws STORE_UNAVAILABLE where the history was moved away. */
export function refuseMoved(database: DatabaseSync): void {
  const said = saidOf(database);
  if (said !== undefined) throw new ForgehandError("STORE_UNAVAILABLE", said);
}

function saidOf(database: DatabaseSync): string | undefined {
  if (database.prepare("select 1 from sqlite_schema where name = ?").get(MARK) === undefined)
    return undefined;
  return String(database.prepare(`select said from ${MARK}`).get()?.said);
}
