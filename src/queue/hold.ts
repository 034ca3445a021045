import type { Claim } from "../core/job.ts";
import { StepStopped } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import { messageOf } from "../core/errors.ts";
import type { Store } from "../core/store.ts";

/** A claim kept alive by a heartbeat. */
export interface Hold {
  /** Aborts with a StepStopped as soon as the claim is lost or must be taken for lost. */
  readonly lost: AbortSignal;
  end(): void;
}

/**
 * Renew a claim each third of its lease until `end`. When the store cannot be reached for a whole lease, counted from
 * when the last renewal was asked for, another worker may hold the job by now, so the claim is taken for lost.
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
    } catch (error) {
      log.warn({ reason: messageOf(error) }, "a claim could not be renewed and is tried again");
    } finally {
      asking = false;
    }
  };
  const heart = setInterval(() => void beat(), lease / 3);
  function end(): void {
    ended = true;
    clearInterval(heart);
    clearTimeout(expiry);
  }
  return { lost: controller.signal, end };
}
