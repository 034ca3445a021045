import type { Stage } from "../core/job.ts";
import { STAGES } from "../core/job.ts";
import type { Hint, Queue } from "../core/queue.ts";
import { createTakers, MOST_HINTS, ownHint } from "./takers.ts";

/** The Queue within one process: hints are kept in memory, once for each subject, in the order they came. */
export function embeddedQueue(): Queue {
  const lines = Object.fromEntries(STAGES.map((stage) => [stage, createLine()])) as Record<Stage, Line>;
  return {
    wake: (stage, subject) => lines[stage].add(subject),
    next: (stage, { within, signal }) => lines[stage].next(within, signal),
    stir(stage) {
      for (const one of stage === undefined ? STAGES : [stage]) lines[one].stir();
    },
    close() {
      for (const line of Object.values(lines)) line.close();
      return Promise.resolve();
    },
  };
}

interface Line {
  add(subject: string): void;
  next(within: number, signal: AbortSignal): Promise<Hint | undefined>;
  stir(): void;
  close(): void;
}

/** Hints that wait for a taker, or takers that wait for a hint. */
function createLine(): Line {
  const hints = new Set<string>();
  const takers = createTakers();
  let closed = false;

  return {
    add(subject) {
      if (closed || takers.give(ownHint(subject))) return;
      if (hints.size < MOST_HINTS) hints.add(subject);
    },

    next(within, signal) {
      if (closed || signal.aborted) return Promise.resolve(undefined);
      const [subject] = hints;
      if (subject === undefined) return takers.wait(within, signal);
      hints.delete(subject);
      return Promise.resolve(ownHint(subject));
    },

    stir: () => takers.letGo(),

    close() {
      closed = true;
      hints.clear();
      takers.letGo();
    },
  };
}
