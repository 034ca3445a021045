import type { Stage } from "../core/job.ts";
import { STAGES } from "../core/job.ts";
import type { Hint } from "../core/queue.ts";
import { createTakers, MOST_HINTS, ownHint } from "./takers.ts";

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

/** Tells other processes of a hint that nobody here could use. */
type Pass = (stage: Stage, subject: string) => void;

/** A line for each stage. */
export function createLines(pass?: Pass): Record<Stage, Line> {
  return Object.fromEntries(
    STAGES.map((stage) => [stage, createLine(pass && ((subject) => pass(stage, subject)))]),
  ) as Record<Stage, Line>;
}

/** Hints that wait for a taker, or takers that wait for a hint. */
function createLine(pass?: (subject: string) => void): Line {
  const hints = new Set<string>();
  const takers = createTakers();
  let heard = false;
  let closed = false;

  return {
    add(subject) {
      if (closed) return false;
      if (takers.give(ownHint(subject, pass))) return true;
      if (hints.size < MOST_HINTS) hints.add(subject);
      return false;
    },

    stir: () => takers.letGo(),

    hear(subject) {
      if (takers.waiting === 0) heard = true;
      else if (subject === undefined) takers.letGo();
      else takers.give(ownHint(subject));
    },

    next(within, signal) {
      if (closed || signal.aborted) return Promise.resolve(undefined);
      const [subject] = hints;
      if (subject !== undefined) {
        hints.delete(subject);
        return Promise.resolve(ownHint(subject));
      }
      if (!heard) return takers.wait(within, signal);
      heard = false;
      return Promise.resolve(undefined);
    },

    close() {
      closed = true;
      hints.clear();
      takers.letGo();
    },
  };
}
