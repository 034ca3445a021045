import type { Stage } from "./job.ts";

/** A hint that a job may be due. `done` says that it was taken up (or found gone). */
export interface Hint {
  readonly subject: string;
  done(): Promise<void>;
}

/**
 * Wakes workers. The rows are the truth: a hint may be lost, doubled or late, and costs time only, since workers also
 * sweep the store for what is due.
 */
export interface Queue {
  /** Say that a job of this stage and subject may be due now. Never throws: a lost hint is found by the sweep. */
  wake(stage: Stage, subject: string): void;
  /** The next hint of a stage; undefined after `within` milliseconds, or at once when `signal` aborts. */
  next(stage: Stage, options: { within: number; signal: AbortSignal }): Promise<Hint | undefined>;
  /** Let those who wait for a hint of a stage (of all stages, if none is named) go without one, so that they look. */
  stir(stage?: Stage): void;
  close(): Promise<void>;
}
