import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import { Migrator } from "kysely/migration";

import { ForgehandError } from "../../core/errors.ts";
import type { Database } from "../schema.ts";
import type { ColumnTypes } from "./tables.ts";
import { indexActiveRuns } from "./active-runs.ts";
import { createApprovals } from "./approvals.ts";
import { createRepositoryFiles } from "./repository-files.ts";
import { limitRuns } from "./limits.ts";
import { createPostponed } from "./postponed.ts";
import { indexForPruning } from "./prune.ts";
import { extendRuns } from "./runs.ts";
import { createSchedules } from "./schedule.ts";
import { createTables } from "./tables.ts";
import { tagRuns } from "./tags.ts";
import { createWebhookKeys } from "./webhook-keys.ts";
import { createWebhooks } from "./webhooks.ts";
import { createWatches } from "./watches.ts";

/**
 * Every change of the tables, by name in the order of the names. A released one is never edited: the next change is a
 * new line.
 */
function migrations(types: ColumnTypes): Record<string, Migration> {
  return {
    "0001-tables": { up: (db: Kysely<unknown>) => createTables(db, types) },
    "0002-webhooks": { up: createWebhooks },
    "0003-watches": { up: createWatches },
    "0004-runs": { up: extendRuns },
    "0005-approvals": { up: createApprovals },
    "0006-schedule": { up: createSchedules },
    "0007-webhook-keys": { up: (db: Kysely<unknown>) => createWebhookKeys(db, types) },
    "0008-limits": { up: limitRuns },
    "0009-repository-files": { up: createRepositoryFiles },
    "0010-postponed": { up: createPostponed },
    "0011-tags": { up: tagRuns },
    "0012-prune": { up: indexForPruning },
    "0013-active-runs": { up: indexActiveRuns },
  };
}

/**
 * Bring the tables up to date, inside the transaction that is given: all of it happens or nothing. Saying it twice is
 * harmless. `schema`: where the tables are, on an engine that has several. Throws STORE_UNAVAILABLE when a newer Forgehand wrote this database.
 */
export async function migrate(
  transaction: Kysely<Database>,
  types: ColumnTypes,
  schema?: string,
): Promise<void> {
  const provider = { getMigrations: () => Promise.resolve(migrations(types)) };
  const where = schema === undefined ? {} : { migrationTableSchema: schema };
  const { error } = await new Migrator({ db: transaction, provider, ...where }).migrateToLatest();
  if (error === undefined) return;
  if (!(error instanceof Error) || !error.message.includes("is missing")) throw error as Error;
  throw newerStore(error);
}

/** Whether all these migrations, by their names, are known here: else a newer Forgehand made them. */
export function knows(names: readonly string[], types: ColumnTypes): boolean {
  const known = migrations(types);
  return names.every((name) => Object.hasOwn(known, name));
}

/** The error of a store that is newer than this program. */
export function newerStore(cause?: unknown): ForgehandError {
  return new ForgehandError(
    "STORE_UNAVAILABLE",
    "The database was written by a newer Forgehand, which this one cannot read. Start the newer version again, or " +
      "restore the backup that was made before the update.",
    { cause },
  );
}
