import type { Stage } from "../core/job.ts";
import { STAGES } from "../core/job.ts";
import type { Hint } from "../core/queue.ts";

/** Hints kept for a stage. Beyond that they are dropped: the sweep finds what they meant. */
const BOUND = 10_000;

/** The hints of one stage within one process. */
export interface Line {
  /** Whether somebody who waited took the hint. */
  add(subject: string): boolean;
  /** Let go who waits. */
  stir(): void;
  /**
   * Another process has a hint, or does not know which. It is not kept, since everybody was told: who waits takes it, or
   * else the next one looks for itself.
   */
  hear(subject?: string): void;
  next(within: number, signal: AbortSignal): Promise<Hint | undefined>;
  close(): void;
}

/** A line for each stage. */
export function createLines(): Record<Stage, Line> {
  return Object.fromEntries(STAGES.map((stage) => [stage, createLine()])) as Record<Stage, Line>;
}

/** Hints that wait for a taker, or takers that wait for a hint. */
function createLine(): Line {
  const hints = new Set<string>();
  const takers = new Set<(hint: Hint | undefined) => void>();
  let heard = false;
  let closed = false;

  return {
    add(subject) {
      if (closed) return false;
      if (give(subject)) return true;
      if (hints.size < BOUND) hints.add(subject);
      return false;
    },

    stir: letGo,

    hear(subject) {
      if (takers.size === 0) heard = true;
      else if (subject === undefined) letGo();
      else give(subject);
    },

    next(within, signal) {
      if (closed || signal.aborted) return Promise.resolve(undefined);
      const [subject] = hints;
      if (subject !== undefined) {
        hints.delete(subject);
        return Promise.resolve(toHint(subject));
      }
      if (within <= 0 || heard) {
        heard = false;
        return Promise.resolve(undefined);
      }
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

    close() {
      closed = true;
      hints.clear();
      letGo();
    },
  };

  function give(subject: string): boolean {
    const [taker] = takers;
    taker?.(toHint(subject));
    return taker !== undefined;
  }

  function letGo(): void {
    for (const taker of takers) taker(undefined);
  }
}

/** Nobody else holds a hint of this process, so there is nothing to tell when it is taken up. */
const toHint = (subject: string): Hint => ({ subject, done: () => Promise.resolve() });
