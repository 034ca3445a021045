import { setTimeout as sleep } from "node:timers/promises";

import { isStoreFull, messageOf } from "../core/errors.ts";
import type { Claim, Stage } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { Queue } from "../core/queue.ts";
import type { Store } from "../core/store.ts";
import { FULL_RETRY_MS } from "./hold.ts";

const SWEEP_MS = 1_000;

/** A claim, and the moment on our own clock before which its lease did not begin. */
export interface Found {
  readonly claim: Claim;
  readonly claimedAt: number;
}

/**
 * Looks for the next job of a stage: the one that a hint names, or the one that waits longest each time a sweep is due
 * and as long as sweeps find something. Gives undefined when it found none within a sweep's time, so that the caller
 * can see whether it is closing. Never throws: a store that does not answer is looked at again after a sweep's time.
 */
export function createLookout(
  stage: Stage,
  options: { store: Store; queue: Queue; log: Log; sweep?: number; tags?: readonly string[] },
  closing: AbortSignal,
): (lease: number) => Promise<Found | undefined> {
  const { store, queue, log, sweep = SWEEP_MS, tags = [] } = options;
  let sweepAt = performance.now();
  let more = false;
  let troubled = false;
  let full = false;

  /** Hints come first, yet a sweep that is due never waits for them to run dry. */
  const nextHint = () => {
    const left = sweepAt - performance.now();
    return left <= 0 ? undefined : queue.next(stage, { within: more ? 0 : left, signal: closing });
  };

  return async (lease) => {
    const hint = await nextHint();
    if (closing.aborted) return undefined;
    try {
      if (full) {
        await store.check();
        full = false;
        // Leases may have run out meanwhile: whoever went on with a job is first to renew its claim.
        await sleep(2 * FULL_RETRY_MS, undefined, { signal: closing }).catch(() => undefined);
        return undefined;
      }
      const claimedAt = performance.now();
      const claim = await store.claim(stage, { lease, tags, ...(hint && { subject: hint.subject }) });
      await hint?.done({ found: claim !== undefined });
      if (hint === undefined) {
        more = claim !== undefined;
        sweepAt = claimedAt + jittered(sweep);
      }
      if (troubled) log.info({ stage }, "the store answers again");
      troubled = false;
      return claim && { claim, claimedAt };
    } catch (error) {
      if (!troubled)
        log.error({ stage, reason: messageOf(error) }, "the store gives no jobs; it is asked again");
      troubled = true;
      full = isStoreFull(error);
      await sleep(jittered(sweep), undefined, { signal: closing }).catch(() => undefined);
      return undefined;
    }
  };
}

/** Many workers do not sweep in step. */
const jittered = (time: number): number => time * (0.75 + Math.random() / 2);
