import type { Stage } from "./job.ts";

/**
 * A hint that a job may be due. `done` says that it was taken up; `found: false` says that there was nothing for this
 * worker, so that others, who may have what the job asks for, hear of it where they have not yet.
 */
export interface Hint {
  readonly subject: string;
  done(options?: { readonly found: boolean }): Promise<void>;
}

/**
 * Wakes workers. The rows are the truth: a hint may be lost, doubled or late, and costs time only, since workers also
 * sweep the store for what is due.
 */
export interface Queue {
  /** Say that a job of this stage and subject may be due now. Never throws: a lost hint is found by the sweep. */
  wake(stage: Stage, subject: string): void;
  /**
   * Say that jobs of a stage (of all stages, if none is named) may be due, and nobody knows which: whoever waits for a hint
   * is let go, and looks for itself.
   */
  stir(stage?: Stage): void;
  /** The next hint of a stage; undefined after `within` milliseconds, when it is stirred, or at once when `signal` aborts. */
  next(stage: Stage, options: { within: number; signal: AbortSignal }): Promise<Hint | undefined>;
  close(): Promise<void>;
}
