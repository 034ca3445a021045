import { STAGES } from "../core/job.ts";
import type { Queue } from "../core/queue.ts";
import { createLines } from "./line.ts";

/** The Queue within one process: hints are kept in memory, once for each subject, in the order they came. */
export function embeddedQueue(): Queue {
  const lines = createLines();
  return {
    wake: (stage, subject) => void lines[stage].add(subject),
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
