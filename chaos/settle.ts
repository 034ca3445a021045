import { setTimeout as wait } from "node:timers/promises";

import type { Stage } from "../src/core/job.ts";
import type { Store } from "../src/core/store.ts";

/** The stages whose jobs end; the others are never done. */
export const ENDING: readonly Stage[] = ["match", "run", "report"];
/** What is due later than that is hurried, where nothing else is owed (ms). */
const SOON_MS = 3_000;
const LOOK_AGAIN_MS = 250;

export interface Settling {
  readonly store: Pick<Store, "jobs">;
  /** Make due at once what waits and nobody holds: time alone would do the same. */
  readonly hurry: () => Promise<void>;
  /** How far it is, for whoever watches. */
  readonly note: (text: string) => void;
  /** Milliseconds without any change after which nothing more is expected. */
  readonly patience: number;
  readonly signal: AbortSignal;
}

/**
 * Wait until every job is done or parked. Leases of the dead run out by themselves; what waits for its time beyond that, a
 * second look at a report say, is hurried. False where nothing changed any more and something is still owed.
 */
export async function settle({ store, hurry, note, patience, signal }: Settling): Promise<boolean> {
  let before = "";
  let changedAt = Date.now();
  for (;;) {
    const owed = (await Promise.all(ENDING.map((stage) => store.jobs({ stage, limit: 200 }))))
      .flat()
      .filter(({ dueAt, held }) => held || dueAt !== undefined);
    if (owed.length === 0) return true;
    const now = owed.map((job) => `${job.stage} ${job.subject} ${job.revision} ${job.attempts}`).join("\n");
    if (now !== before) changedAt = Date.now();
    before = now;
    if (Date.now() - changedAt > patience) return false;
    note(`${owed.length >= 200 ? "200 or more" : owed.length} jobs are owed`);
    const waits = ({ dueAt, held }: (typeof owed)[number]) =>
      !held && (dueAt?.getTime() ?? 0) > Date.now() + SOON_MS;
    if (owed.every(waits)) await hurry();
    await wait(LOOK_AGAIN_MS, undefined, { signal });
  }
}
