import type { Kysely, RawBuilder, Selectable } from "kysely";

import type { Recorded } from "../core/delivery.ts";
import type { Arrival } from "../core/store.ts";
import type { Database } from "./schema.ts";

/** How an arrival was recorded, and the subject of the `match` job that it asked for, if any. */
export interface Entry {
  readonly recorded: Recorded;
  readonly asked?: string;
}

/** What the queries of the Store need: a connection or a transaction, and how its engine differs from the others. */
export interface Tables {
  readonly db: Kysely<Database>;
  /** The engine's clock in milliseconds, as an expression. */
  readonly now: RawBuilder<number>;
  /** Whether several transactions write at once, so that what they decide on must be locked. */
  readonly locksRows: boolean;
  /** Runs as they were read in this transaction, as long as nobody else can change them. */
  readonly known?: KnownRuns;
}

/** Rows of runs by their ids. */
export type KnownRuns = Map<number, Selectable<Database["runs"]>>;

/** All that differs between the database engines; the Store itself is written once. */
export interface Engine extends Tables {
  /** The hot path: keep an arrival and its job. After `deadline` milliseconds STORE_BUSY. */
  record(arrival: Arrival, deadline: number): Promise<Entry>;
  /** Whether an error says that somebody else is writing, so that trying again soon helps. */
  isBusy(error: unknown): boolean;
  /** Whether an error says that the connection was lost, so that nobody knows whether what was under way was done. */
  isCut(error: unknown): boolean;
  /** The engine's error in our words where the store is at fault, else the error itself; after so many milliseconds. */
  translate(error: unknown, waited?: number): unknown;
  close(): Promise<void>;
}
