import { setTimeout as wait } from "node:timers/promises";

import { ForgehandError, isRetryable, isStoreFull } from "../core/errors.ts";

const TRIES = 5;
/** Pause before the second try, in milliseconds; doubled each time. */
const FIRST_PAUSE_MS = 500;
/** Longest pause, when the other side asks for more patience than our own. */
const LONGEST_PAUSE_MS = 10 * 60_000;
/** Pause while the disk of the store is full (ms): that is waited for as long as it lasts, since what was done is not lost. */
const FULL_PAUSE_MS = 1_000;

/**
 * Do something that may pass at another time: up to five times, with growing pauses or those that the other side asks
 * for. Throws the last error, and the signal's reason as soon as it aborts.
 */
export async function tryAgain<T>(signal: AbortSignal, step: () => Promise<T>): Promise<T> {
  for (let tries = 1; ;) {
    try {
      return await step();
    } catch (error) {
      signal.throwIfAborted();
      if (isStoreFull(error)) {
        await wait(FULL_PAUSE_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
        continue;
      }
      if (tries === TRIES || !isRetryable(error)) throw error;
      const asked = error instanceof ForgehandError ? (error.retryAfter ?? 0) : 0;
      const pause = Math.min(LONGEST_PAUSE_MS, Math.max(asked, FIRST_PAUSE_MS * 2 ** (tries - 1)));
      await wait(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
      tries += 1;
    }
  }
}
