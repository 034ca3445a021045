import type { Claim } from "../core/job.ts";
import type { Tables } from "./engine.ts";
import type { Ask } from "./jobs.ts";
import { askQuery, lockAndAskQuery, lockJobs } from "./jobs.ts";

/** What one transaction asks for. Written at its end, so that it holds the jobs of others for a moment only. */
export interface Asks {
  add(ask: Ask): void;
  /** Each job once, with the shortest delay that was said. */
  list(): Ask[];
}

export function createAsks(): Asks {
  const asks = new Map<string, Ask>();
  return {
    add(ask) {
      const key = `${ask.stage} ${ask.subject}`;
      const known = asks.get(key);
      if (known === undefined || known.delay > ask.delay) asks.set(key, ask);
    },
    list: () => [...asks.values()],
  };
}

/** Jobs of one statement: each takes a handful of its variables, of which the oldest SQLite takes 999. */
const ASKED_AT_ONCE = 100;

/** The one order in which all transactions write jobs, so that no two of them wait for each other. */
const byKey = (one: Ask, other: Ask): number => {
  if (one.stage !== other.stage) return one.stage < other.stage ? -1 : 1;
  return one.subject < other.subject ? -1 : 1;
};

/** Ask for jobs, each named once, at the end of a transaction. False where its claim does not hold its job any more. */
export async function writeAsks(tables: Tables, asks: readonly Ask[], claim?: Claim): Promise<boolean> {
  if (asks.length === 0) return true;
  const sorted = asks.toSorted(byKey);
  if (tables.locksRows && sorted.length <= ASKED_AT_ONCE) {
    const written = await lockAndAskQuery(tables, sorted, claim).execute(tables.db);
    return Number(written.numAffectedRows) === sorted.length;
  }
  if (tables.locksRows && !(await lockJobs(tables, asks, claim))) return false;
  for (let from = 0; from < sorted.length; from += ASKED_AT_ONCE) {
    await askQuery(tables, sorted.slice(from, from + ASKED_AT_ONCE)).execute(tables.db);
  }
  return true;
}
