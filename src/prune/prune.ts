import { setTimeout as wait } from "node:timers/promises";

import type { Claim } from "../core/job.ts";
import { StepStopped } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { Keep, Prunable, Retention } from "../core/prune.ts";
import { PRUNABLE } from "../core/prune.ts";
import type { Store } from "../core/store.ts";

/** The subject of the one `prune` job: of all processes that share a store, whoever holds it prunes. */
export const STORE_SUBJECT = "store";

/**
 * What goes in one transaction. Measured on SQLite with a million deliveries of 24 KB and 200,000 runs: each takes 3 to 8 ms,
 * far below the 20 ms that nothing may hold the thread for.
 */
const SLICES: Readonly<Record<Prunable, number>> = { bodies: 30, deliveries: 30, logs: 32, runs: 5 };

/** Rows that are weighed in one look. */
const WEIGHED = 200;

/** The pause after each transaction (ms): several times as long as it took, so that what is received comes first. */
const REST_MS = 25;

/** How long a step works at most, and the pause before the next one (ms): a worker that stops does not wait long for it. */
const STINT_MS = 3_000;
const BREAK_MS = 1_000;

/** A walk begins where the last one ended, but once a day at the oldest: what was still needed may be so no more (ms). */
const WHOLE_EVERY_MS = 24 * 3_600_000;

/** What the step of the `prune` job needs. */
export interface PruneTools {
  readonly store: Pick<Store, "prune" | "weigh" | "complete">;
  readonly retention: Retention;
  readonly log: Log;
  readonly now?: () => number;
  readonly rest?: number;
  readonly stint?: number;
}

/** Where the walk over one kind of thing is. */
interface Mark {
  readonly after: number;
  /** When it was last begun at the oldest. */
  readonly wholeAt: number;
}

/**
 * The step of the `prune` job: walks over what is kept, from the oldest on, and lets go what is too old or too much, in
 * short transactions with pauses between them. It never ends for good. One that was stopped in the middle goes on where it
 * was, or from the oldest on in another process.
 */
export function createPruneStep(tools: PruneTools): (claim: Claim, signal: AbortSignal) => Promise<void> {
  const { store, retention, rest = REST_MS, stint = STINT_MS } = tools;
  const marks = new Map<Prunable, Mark>();
  let round: AsyncGenerator<void, void, Claim> | undefined;

  return async (claim, signal) => {
    const end = performance.now() + stint;
    try {
      round ??= await begun(walkAll(tools, marks), claim);
      do {
        signal.throwIfAborted();
        if ((await round.next(claim)).done === true) {
          round = undefined;
          await store.complete(claim, nothing, { again: retention.every });
          return;
        }
        await wait(rest, undefined, { signal });
      } while (performance.now() < end);
    } catch (error) {
      round = undefined;
      throw error;
    }
    await store.complete(claim, nothing, { again: BREAK_MS });
  };
}

const nothing = (): Promise<void> => Promise.resolve();

/** A walk that stands before its first slice, so that each slice is given the claim of its own step. */
async function begun(round: AsyncGenerator<void, void, Claim>, claim: Claim): Promise<typeof round> {
  await round.next(claim);
  return round;
}

/** Walk over everything once. Stops before each transaction, to go on with the claim that it is given. */
async function* walkAll(tools: PruneTools, marks: Map<Prunable, Mark>): AsyncGenerator<void, void, Claim> {
  let claim = yield;
  for (const what of PRUNABLE) {
    const kept = tools.retention[what];
    if (kept.age === undefined && kept.size === undefined) continue;
    claim = yield* walk(tools, marks, { what, kept, claim });
  }
}

async function* walk(
  { store, log, now = Date.now }: PruneTools,
  marks: Map<Prunable, Mark>,
  { what, kept, claim: first }: { what: Prunable; kept: Keep; claim: Claim },
): AsyncGenerator<void, Claim, Claim> {
  const mark = markOf(marks.get(what), now());
  const before = kept.age === undefined ? undefined : new Date(now() - kept.age);
  const through = yield* tooMuch(store, what, kept.size, mark.after);
  let [claim, after, count, bytes] = [first, mark.after, 0, 0];
  for (let more = true; more;) {
    claim = yield;
    const pruned = await store.prune(claim, what, { after, before, through, limit: SLICES[what] });
    if (pruned === "lost") throw new StepStopped("lost");
    ({ after, more } = pruned);
    count += pruned.count;
    bytes += pruned.bytes;
    marks.set(what, { ...mark, after });
  }
  if (count > 0) log.info({ what, count, bytes }, "pruned");
  return claim;
}

/** Where a walk begins: where the one before ended, if that began at the oldest within a day. */
function markOf(mark: Mark | undefined, now: number): Mark {
  return mark !== undefined && now - mark.wholeAt < WHOLE_EVERY_MS ? mark : { after: 0, wholeAt: now };
}

/** The newest of those that are too much: what is newer weighs as much as may be kept. Undefined: all of it fits. */
async function* tooMuch(
  store: PruneTools["store"],
  what: Prunable,
  size: number | undefined,
  down: number,
): AsyncGenerator<void, number | undefined, Claim> {
  if (size === undefined || (what !== "bodies" && what !== "logs")) return undefined;
  let below: number | undefined;
  let sum = 0;
  for (;;) {
    const weights = await store.weigh(what, { limit: WEIGHED, ...(below !== undefined && { below }) });
    for (const { id, bytes } of weights) {
      sum += bytes;
      if (sum > size) return id;
    }
    below = weights.at(-1)?.id;
    // What lies before the walk went already.
    if (below === undefined || below <= down) return undefined;
    yield;
  }
}
