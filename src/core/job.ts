/**
 * What a job owes: `match` a delivery, do a `run`, or `report` a place, in the order of the pipeline; `poll` a forge,
 * `tend` its webhooks, look at the `schedule` of an automation, or `prune` the store.
 */
export const STAGES = ["match", "run", "report", "poll", "tend", "schedule", "prune"] as const;
export type Stage = (typeof STAGES)[number];

/** A durable step owed. Its subject is a delivery's key, a run's id, a place's key, the name of a
 * forge or an automation, or the word `store`; one job for each. */
export interface Job {
  readonly stage: Stage;
  readonly subject: string;
  /** Grows when the job is asked for again; a job that grew while it was held survives its completion. */
  readonly revision: number;
  /** How many times it was claimed since it was last asked for, this time included. */
  readonly attempts: number;
}

/** A job held by one worker for a while. `token` fences: a worker that lost its claim cannot write. */
export interface Claim extends Job {
  readonly token: string;
  /**
   * True from when a worker lost it without a word, or gave it back with a call that may still land, until its
   * completion: nobody knows how far those calls got.
   */
  readonly takenOver: boolean;
  /** True when an earlier completion asked for this second look (see `Completion.again`). */
  readonly again: boolean;
}

/** How long a claim lasts without a heartbeat, in milliseconds; the store's clock alone counts. */
export const LEASE_MS = 30_000;

/** Why the signal of a step aborts: another worker holds the job now, or this worker is going down. */
export class StepStopped extends Error {
  override readonly name = "StepStopped";
  /** `lost`: whatever this step writes is refused. `stopping`: it still holds its job and may write how it ends. */
  readonly why: "lost" | "stopping";

  constructor(why: "lost" | "stopping") {
    super(why === "lost" ? "The claim was lost to another worker." : "This worker is stopping.");
    this.why = why;
  }
}
