import type { Config } from "../config/schema.ts";
import type { Stage } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import { openSqlite } from "../record/sqlite.ts";

/** Open the store that a config names. */
export function openStore(
  { database }: Pick<Config, "database">,
  log: Log,
  options: {
    /** Hears of every job that is due at once, when it is on disk. */
    onAsked?: (stage: Stage, subject: string) => void;
    /** Hears of stages in which another process may have asked for jobs. */
    onStirred?: (stage: Stage) => void;
    /** To look at it beside whoever writes. */
    readOnly?: boolean;
  } = {},
): Promise<Store> {
  return openSqlite({ path: database.replace(/^sqlite:/, ""), log, ...options });
}
