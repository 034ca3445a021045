import { sqlitePath } from "../config/database.ts";
import type { Config } from "../config/schema.ts";
import type { Stage } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import { openSqlite } from "../record/sqlite.ts";

/** Open the store that a config names. The client of PostgreSQL is loaded only where one is named. */
export async function openStore(
  config: Pick<Config, "database" | "databaseConnections">,
  log: Log,
  options: {
    /** Hears of every job that is due at once, when it is on disk. */
    onAsked?: (stage: Stage, subject: string) => void;
    /** Hears of stages in which another process may have asked for jobs, where no queue tells of them. */
    onStirred?: (stage: Stage) => void;
    /** To look at it beside whoever writes. */
    readOnly?: boolean;
  } = {},
): Promise<Store> {
  const path = sqlitePath(config);
  if (path !== undefined) return openSqlite({ path, log, ...options });
  const { openPostgres } = await import("../record/postgres.ts");
  return openPostgres({ url: config.database, connections: config.databaseConnections, log, ...options });
}
