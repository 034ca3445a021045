import type { Claim } from "../core/job.ts";
import { StepStopped } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import { isStoreFull, messageOf } from "../core/errors.ts";
import type { Store } from "../core/store.ts";

/** A claim kept alive by a heartbeat. */
export interface Hold {
  /** Aborts with a StepStopped as soon as the claim is lost or must be taken for lost. */
  readonly lost: AbortSignal;
  end(): void;
}

/** How soon a claim is renewed again that could not be since the disk of the store is full (ms). */
export const FULL_RETRY_MS = 1_000;

/**
 * Renew a claim each third of its lease until `end`. When the store cannot be reached for a whole lease, counted from
 * when the last renewal was asked for, another worker may hold the job by now, so the claim is taken for lost.
 * But not while the disk of the store is full: then nobody can take it over, and what holds it goes on.
 */
export function holdClaim(
  claim: Claim,
  options: { store: Store; lease: number; claimedAt: number; log: Log },
): Hold {
  const { store, lease, claimedAt, log } = options;
  const controller = new AbortController();
  const lose = () => {
    end();
    controller.abort(new StepStopped("lost"));
  };
  const left = (since: number) => since + lease - performance.now();
  let expiry = setTimeout(lose, left(claimedAt));
  let asking = false;
  let troubled = false;
  let retry: NodeJS.Timeout | undefined;
  let ended = false;

  const beat = async () => {
    if (asking) return;
    asking = true;
    const since = performance.now();
    try {
      const held = await store.renew(claim, lease);
      if (ended) return;
      if (!held) {
        lose();
        return;
      }
      clearTimeout(expiry);
      expiry = setTimeout(lose, left(since));
      if (troubled) log.info({}, "a claim is renewed again");
      troubled = false;
    } catch (error) {
      if (!troubled)
        log.warn({ reason: messageOf(error) }, "a claim could not be renewed and is tried again");
      troubled = true;
      if (ended || !isStoreFull(error)) return;
      clearTimeout(expiry);
      expiry = setTimeout(lose, left(since));
      retry = setTimeout(() => void beat(), Math.min(FULL_RETRY_MS, lease / 3));
    } finally {
      asking = false;
    }
  };
  const heart = setInterval(() => void beat(), lease / 3);
  function end(): void {
    ended = true;
    clearInterval(heart);
    clearTimeout(retry);
    clearTimeout(expiry);
  }
  return { lost: controller.signal, end };
}
