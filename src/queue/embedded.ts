import type { Stage } from "../core/job.ts";
import { STAGES } from "../core/job.ts";
import type { Hint, Queue } from "../core/queue.ts";

/** Hints kept for a stage. Beyond that they are dropped: the sweep finds what they meant. */
const BOUND = 10_000;

/** The Queue within one process: hints are kept in memory, once for each subject, in the order they came. */
export function embeddedQueue(): Queue {
  const lines = Object.fromEntries(STAGES.map((stage) => [stage, createLine()])) as Record<Stage, Line>;
  return {
    wake: (stage, subject) => lines[stage].add(subject),
    stir: (stage) => lines[stage].stir(),
    next: (stage, { within, signal }) => lines[stage].next(within, signal),
    close() {
      for (const line of Object.values(lines)) line.close();
      return Promise.resolve();
    },
  };
}

interface Line {
  add(subject: string): void;
  stir(): void;
  next(within: number, signal: AbortSignal): Promise<Hint | undefined>;
  close(): void;
}

/** Hints that wait for a taker, or takers that wait for a hint. */
function createLine(): Line {
  const hints = new Set<string>();
  const takers = new Set<(hint: Hint | undefined) => void>();
  let closed = false;

  return {
    add(subject) {
      if (closed) return;
      const [taker] = takers;
      if (taker !== undefined) taker(toHint(subject));
      else if (hints.size < BOUND) hints.add(subject);
    },

    stir: letGo,

    next(within, signal) {
      if (closed || signal.aborted) return Promise.resolve(undefined);
      const [subject] = hints;
      if (subject !== undefined) {
        hints.delete(subject);
        return Promise.resolve(toHint(subject));
      }
      if (within <= 0) return Promise.resolve(undefined);
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

  function letGo(): void {
    for (const taker of takers) taker(undefined);
  }
}

/** Nobody else holds a hint of this process, so there is nothing to tell when it is taken up. */
const toHint = (subject: string): Hint => ({ subject, done: () => Promise.resolve() });
