import type { DatabaseSync } from "node:sqlite";

import type { Stage } from "../../core/job.ts";
import { isSqliteBusy } from "./errors.ts";

/** How often we look whether another process wrote, in milliseconds. A look takes some microseconds. */
const LOOK_MS = 25;

const DUE = `select distinct stage from jobs where ready_at <= cast(round(unixepoch('subsec') * 1000) as integer)`;

/**
 * Tell of stages whose jobs are due each time another connection has written to the file: its processes have no other
 * way to wake one another. Returns what ends it. The version tells of others' commits alone
 * (https://www.sqlite.org/pragma.html#pragma_data_version).
 */
export function watchOthers(database: DatabaseSync, onStirred: (stage: Stage) => void): () => void {
  const version = database.prepare("pragma data_version");
  const due = database.prepare(DUE);
  const read = () => (version.get() as { data_version: number }).data_version;
  let seen = read();
  const look = () => {
    try {
      const now = read();
      if (now === seen) return;
      seen = now;
      for (const { stage } of due.all() as { stage: Stage }[]) onStirred(stage);
    } catch (error) {
      // What we could not see now we see the next time; sweeps do not depend on it.
      if (!isSqliteBusy(error)) clearInterval(timer);
    }
  };
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
