/**
 * What is pruned in the store. What is still needed stays, whatever its age:
 * - `bodies` of deliveries, and `deliveries` with what was decided about them: while they are to be matched, wait for
 *   something, opened a request that is still open, or caused a run that is not over;
 * - `logs` of runs, and `runs` with all that is theirs: while they are not over. A run stays too while another follows it,
 *   a request that is not closed names it, a job looks after it or its places, and as the newest of its automation that the
 *   comment or the labels of an issue or pull request show, or of all that pushed to its branch.
 */
export const PRUNABLE = ["bodies", "deliveries", "logs", "runs"] as const;
export type Prunable = (typeof PRUNABLE)[number];

/** One slice of a walk from the oldest to the newest. A place of the walk is the key of a delivery or the number of a run. */
export interface PruneSlice {
  /** Where the walk is: the last one that was looked at; 0 at first. */
  readonly after: number;
  /** What came before this moment goes; of a run what ended before it. */
  readonly before?: Date;
  /** What is not newer than this one goes, whatever its age. */
  readonly through?: number;
  /** How much goes at most: bodies, deliveries, pieces of logs, or runs. Of runs the pieces of their logs count too. */
  readonly limit: number;
}

export interface Pruned {
  /** How much went, counted as `limit` does; of runs without their logs. */
  readonly count: number;
  /** Bytes of bodies and logs that went. */
  readonly bytes: number;
  /** Where the walk goes on. */
  readonly after: number;
  /** False: all that follows is too young, or there is nothing. */
  readonly more: boolean;
}

/** What is kept of a delivery's body or a run's log. */
export interface Weight {
  /** Key of the delivery, or number of the run. */
  readonly id: number;
  readonly bytes: number;
}

/** How long and how much of something is kept; absent: without end. */
export interface Keep {
  /** Milliseconds. */
  readonly age?: number;
  /** Bytes. */
  readonly size?: number;
}

/** What is kept how long. */
export interface Retention extends Readonly<Record<Prunable, Keep>> {
  /** Milliseconds between two walks. */
  readonly every: number;
  /** Bytes of all mirrors of a data folder; undefined: without end. */
  readonly mirrors: number | undefined;
}
