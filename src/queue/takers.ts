import type { Hint } from "../core/queue.ts";

/** Those who wait for a hint of a stage, in the order they came. */
export interface Takers {
  readonly waiting: number;
  /** Hand a hint to the one who waits longest; false when nobody waits. */
  give(hint: Hint): boolean;
  /** Wait for a hint: undefined after `within` milliseconds, when `signal` aborts, or when all are let go. */
  wait(within: number, signal: AbortSignal): Promise<Hint | undefined>;
  /** Let everybody go without a hint. */
  letGo(): void;
}

export function createTakers(): Takers {
  const takers = new Set<(hint: Hint | undefined) => void>();
  return {
    get waiting() {
      return takers.size;
    },

    give(hint) {
      const [taker] = takers;
      taker?.(hint);
      return taker !== undefined;
    },

    wait(within, signal) {
      if (within <= 0 || signal.aborted) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const take = (hint: Hint | undefined) => {
          takers.delete(take);
          clearTimeout(timer);
          signal.removeEventListener("abort", giveUp);
          resolve(hint);
        };
        const giveUp = () => take(undefined);
        const timer = setTimeout(giveUp, within);
        signal.addEventListener("abort", giveUp, { once: true });
        takers.add(take);
      });
    },

    letGo() {
      for (const taker of takers) taker(undefined);
    },
  };
}

/** A hint of this process. Nobody else holds it, so there is nobody to tell when it is taken up; `pass` tells the others. */
export const ownHint = (subject: string, pass: (subject: string) => void = () => undefined): Hint => ({
  subject,
  done({ found } = { found: true }) {
    if (!found) pass(subject);
    return Promise.resolve();
  },
});

/** Hints that a process keeps for a stage. Beyond that they are dropped: the sweep finds what they meant. */
export const MOST_HINTS = 10_000;
