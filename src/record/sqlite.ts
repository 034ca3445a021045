import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { Kysely, sql } from "kysely";

import { ForgehandError, messageOf } from "../core/errors.ts";
import type { Stage } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import type { Engine, Tables } from "./engine.ts";
import { createRecorder } from "./sqlite/group.ts";
import { migrate } from "./migrations/migrate.ts";
import type { ColumnTypes } from "./migrations/tables.ts";
import { refuseMoved } from "./move/moved.ts";
import { createMutex } from "./sqlite/mutex.ts";
import { persist } from "./retry.ts";
import type { Database } from "./schema.ts";
import { ImmediateSqliteDialect } from "./sqlite/dialect.ts";
import { isSqliteBusy, translateSqlite } from "./sqlite/errors.ts";
import { prepareArrivals } from "./sqlite/record.ts";
import { watchOthers } from "./sqlite/watch.ts";
import { createStore } from "./store.ts";
import type { OnAsked } from "./transaction.ts";

/** How long SQLite may block the thread when another process is writing; then we wait without blocking. */
const BUSY_TIMEOUT_MS = 10;

/**
 * Pages of 8 KiB: larger ones make the insert of a delivery hardly cheaper, but every small change of a job dearer. A
 * checkpoint after 1,000 of them (8 MiB) holds the thread for about 10 ms; after 4,000 it was 36 ms.
 */
const PRAGMAS = [
  "pragma page_size = 8192",
  "pragma journal_mode = wal",
  "pragma synchronous = full",
  "pragma foreign_keys = on",
  "pragma wal_autocheckpoint = 1000",
].join(";");

/** How columns are kept in SQLite. */
export const COLUMN_TYPES: ColumnTypes = {
  serial: ["integer", (column) => column.primaryKey().autoIncrement()],
  bytes: "blob",
};

/**
 * The Store in one SQLite file, which several processes of one machine may share. The file is made if it is not there,
 * readable by this user only, since it holds the secrets of the installation. `onAsked` hears of every job that is due
 * at once, after the commit. Throws STORE_UNAVAILABLE when the file cannot be opened, is of a newer version or
 * was moved away.
 */
export async function openSqlite(options: {
  path: string;
  log: Log;
  onAsked?: OnAsked;
  /** Hears of stages with jobs that are due since another process wrote, within some 25 ms. */
  onStirred?: (stage: Stage) => void;
  /** Read only, beside whoever writes: nothing is made, changed or brought up to date, and each write throws. */
  readOnly?: boolean;
}): Promise<Store> {
  const { path, log, onAsked = () => undefined, onStirred, readOnly = false } = options;
  const manners: Pick<Engine, "isBusy" | "isCut" | "translate"> = {
    isBusy: isSqliteBusy,
    isCut: () => false,
    translate: (error, waited) => translateSqlite(error, path, waited),
  };
  const database = open(path, readOnly, manners.translate);
  try {
    await persist(manners, () => {
      if (!readOnly) database.exec(PRAGMAS);
      refuseMoved(database);
      return Promise.resolve();
    });
    const mutex = createMutex();
    const tables: Tables = {
      db: new Kysely<Database>({ dialect: new ImmediateSqliteDialect(database, mutex) }),
      now: sql<number>`cast(round(unixepoch('subsec') * 1000) as integer)`,
      locksRows: false,
    };
    if (!readOnly)
      await persist(manners, () =>
        tables.db.transaction().execute((transaction) => migrate(transaction, COLUMN_TYPES)),
      );
    const recorder = createRecorder({
      ...manners,
      taken: () => mutex.held,
      begin: () => database.exec("begin immediate"),
      write: prepareArrivals(database, tables),
      commit: () => database.exec("commit"),
      rollback: () => {
        // A full disk has rolled back by itself.
        if (database.isTransaction) database.exec("rollback");
      },
      log,
    });
    const stopWatching = onStirred && watchOthers(database, onStirred);
    const close = async () => {
      stopWatching?.();
      await recorder.drain();
      await tables.db.destroy();
    };
    return createStore({ ...tables, ...manners, record: recorder.record, close }, onAsked);
  } catch (error) {
    database.close();
    throw error;
  }
}

function open(path: string, readOnly: boolean, translate: (error: unknown) => unknown): DatabaseSync {
  try {
    if (!readOnly) closeSync(openSync(path, "a", 0o600));
    return new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, readOnly });
  } catch (error) {
    const known = translate(error);
    if (known instanceof ForgehandError) throw known;
    throw new ForgehandError(
      "STORE_UNAVAILABLE",
      `The database ${path} could not be opened (${messageOf(error)}). Check that its folder exists and that this ` +
        "user may write there.",
      { cause: error },
    );
  }
}
