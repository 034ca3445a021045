import type { Transaction } from "kysely";
import { Kysely, sql } from "kysely";

import { ForgehandError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import type { Engine, Tables } from "./engine.ts";
import { migrate } from "./migrations/migrate.ts";
import type { ColumnTypes } from "./migrations/tables.ts";
import { nameOf, parseAddress } from "./postgres/address.ts";
import { SharedPostgresDialect } from "./postgres/dialect.ts";
import { isPostgresBusy, isPostgresCut, translatePostgres } from "./postgres/errors.ts";
import { createGroupRecorder } from "./postgres/group.ts";
import type { PoolSettings } from "./postgres/pool.ts";
import { createPool } from "./postgres/pool.ts";
import { insertArrivals, repeatArrivals } from "./postgres/record.ts";
import { persist } from "./retry.ts";
import type { Database } from "./schema.ts";
import { createStore } from "./store.ts";
import type { OnAsked } from "./transaction.ts";

/** The oldest server that our SQL is tried on. */
const OLDEST = 15;

const CONNECTIONS = 10;

/** Groups of deliveries that are written at once, each over a connection that nothing else uses. */
const GROUPS = 3;

/**
 * Shorter than PostgreSQL's own `deadlock_timeout`: should deliveries and a step ever wait for each other, it is the
 * deliveries that let go and are written again, since a step is not ours to repeat.
 */
const RECORD_LOCK_MS = 500;

/** Ids may also be given, so that the rows of another database can be brought over. */
const COLUMN_TYPES: ColumnTypes = {
  serial: ["bigint", (column) => column.primaryKey().generatedByDefaultAsIdentity()],
  bytes: "bytea",
};

/**
 * The moment that the statement began. The time of the transaction would be old at the end of a long step, so that a
 * lease would begin before its claim; the clock of each row (`clock_timestamp`) would differ within one statement that
 * compares and sets a time, and could not be looked up in an index.
 */
const NOW = sql<number>`(extract(epoch from statement_timestamp()) * 1000)::bigint`;

/**
 * The Store in a database of PostgreSQL, which any number of processes on any machine share. `url`: such as
 * `postgres://user:password@host:5432/database`, with the options that pg knows; the tables are in the first schema of
 * its search path. `connections`: how many this process opens at most. `onAsked` hears of every job of this process that
 * is due at once, after the commit. Waits for a server that is starting. Throws STORE_UNAVAILABLE when the database
 * cannot be used, is older than PostgreSQL 15, or was written by a newer Forgehand.
 */
export async function openPostgres(options: {
  url: string;
  log: Log;
  onAsked?: OnAsked;
  /** Read only, beside whoever writes: nothing is made, changed or brought up to date, and each write throws. */
  readOnly?: boolean;
  connections?: number;
}): Promise<Store> {
  const { url, log, onAsked = () => undefined, readOnly = false, connections = CONNECTIONS } = options;
  const address = parseAddress(url);
  const name = nameOf(address);
  // Plans are kept, also when a table that was short is long: there is an index for every question.
  setOption(address, "enable_seqscan=off");
  setOption(address, "jit=off");
  if (readOnly) setOption(address, "default_transaction_read_only=on");
  const manners: Pick<Engine, "isBusy" | "isCut" | "translate"> = {
    isBusy: isPostgresBusy,
    isCut: isPostgresCut,
    translate: (error, waited) => translatePostgres(error, name, waited),
  };
  // What is received never waits for a connection behind steps that wait for one another.
  const groups = Math.max(1, Math.min(GROUPS, Math.floor(connections / 3)));
  const settings = { url: address.href, log };
  const tables = tablesOf({ ...settings, connections: Math.max(1, connections - groups) });
  const hot = tablesOf({ ...settings, connections: groups, lockTimeout: RECORD_LOCK_MS });
  const close = async () => {
    await hot.db.destroy();
    await tables.db.destroy();
  };
  try {
    await persist(manners, () => checkVersion(tables, name), { harmless: true });
    if (!readOnly) await persist(manners, () => bringUpToDate(tables));
  } catch (error) {
    await close();
    throw error;
  }
  const recorder = createGroupRecorder({
    ...manners,
    insert: (arrivals) => insertArrivals(hot, arrivals),
    repeat: (arrivals) => repeatArrivals(hot, arrivals),
    groups,
    log,
  });
  const engine: Engine = {
    ...tables,
    ...manners,
    record: recorder.record,
    async close() {
      await recorder.drain();
      await close();
    },
  };
  return createStore(engine, onAsked);
}

function tablesOf(settings: PoolSettings): Tables {
  const dialect = new SharedPostgresDialect({ pool: createPool(settings) });
  return { db: new Kysely<Database>({ dialect }), now: NOW, locksRows: true };
}

/** The number of our lock among those of the database. */
const MIGRATIONS = 7_310_002;

/** Many processes may start at once: one brings the tables up to date, while the others wait as long as that takes. */
function bringUpToDate({ db }: Tables): Promise<void> {
  return db.transaction().execute(async (transaction) => {
    await sql`set local lock_timeout = 0`.execute(transaction);
    await sql`set local statement_timeout = 0`.execute(transaction);
    await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATIONS)}, hashtext(current_schema()))`.execute(
      transaction,
    );
    await migrate(transaction, COLUMN_TYPES, await schemaOf(transaction));
  });
}

/**
 * The schema that tables are made in. The migrator has to know it, since it would take those of others for its own. It
 * also hides that the user may make none behind an error of its own, so that is asked before.
 */
async function schemaOf(transaction: Transaction<Database>): Promise<string> {
  const { rows } = await sql<{ schema: string | null; usable: boolean | null }>`
    select current_schema() as schema,
      to_regclass('kysely_migration') is not null or has_schema_privilege(current_schema(), 'create') as usable`.execute(
    transaction,
  );
  const [{ schema, usable } = { schema: null, usable: null }] = rows;
  if (!schema) throw Object.assign(new Error("no schema has been selected to create in"), { code: "3F000" });
  if (usable !== true)
    throw Object.assign(new Error(`permission denied for schema ${schema}`), { code: "42501" });
  return schema;
}

async function checkVersion({ db }: Tables, name: string): Promise<void> {
  const { rows } = await sql<{ version: number; text: string }>`
    select current_setting('server_version_num')::int as version,
      current_setting('server_version') as text`.execute(db);
  const [server] = rows;
  if (server === undefined || server.version >= OLDEST * 10_000) return;
  throw new ForgehandError(
    "STORE_UNAVAILABLE",
    `The database ${name} is on PostgreSQL ${server.text}, and Forgehand needs ${OLDEST} or later. Update the server, ` +
      "or take another one.",
  );
}

/** What connections begin with, after what the address says itself. */
function setOption({ searchParams }: URL, setting: string): void {
  const given = searchParams.get("options") ?? "";
  searchParams.set("options", `${given} -c ${setting}`.trimStart());
}
