import type { Run } from "../core/run.ts";
import type { Store } from "../core/store.ts";
import { RunCancelled, RunPaused } from "./ending.ts";

/** How often we look whether somebody wants a run to stop, in milliseconds. */
const LOOK_MS = 1_000;

/** An eye on a run while it is worked on. */
export interface Watch {
  /**
   * Aborts with RunCancelled when somebody wants the run to stop, with RunPaused when somebody wants it to be held back,
   * and when the step of the job is to stop.
   */
  readonly signal: AbortSignal;
  /** Look now; throws the signal's reason if it is aborted. */
  look(): Promise<void>;
  /** Look at the run as it was just read; throws like `look`. */
  see(now: Run): void;
  end(): void;
}

export function watchRun(store: Store, run: number, signal: AbortSignal): Watch {
  const cancelled = new AbortController();
  const both = AbortSignal.any([signal, cancelled.signal]);
  const heed = (now: Run | undefined) => {
    if (now?.cancelRequested !== undefined) cancelled.abort(new RunCancelled(now.cancelRequested));
    if (now?.pauseRequested !== undefined) cancelled.abort(new RunPaused(now.pauseRequested));
  };
  const look = async () => heed(await store.run(run));
  // A look that the store refuses is made up for by the next one.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  return {
    signal: both,
    look: async () => {
      await look();
      both.throwIfAborted();
    },
    see: (now) => {
      heed(now);
      both.throwIfAborted();
    },
    end: () => clearInterval(timer),
  };
}
