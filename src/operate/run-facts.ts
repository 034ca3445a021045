import type { Run } from "../core/run.ts";

/** What the API and `runs --json` tell of a run: everything but the event that caused it. */
export function runFacts(run: Run): object {
  return { ...run, event: undefined };
}
