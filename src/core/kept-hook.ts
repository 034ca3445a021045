import type { HookPlace } from "./webhooks.ts";

/** Which webhook is meant: all of ours at one place of a forge are one. */
export interface HookKey {
  /** Name of the forge in the config. */
  readonly forge: string;
  readonly place: HookPlace;
}

/** What may change of a webhook that we know. */
export interface HookFacts {
  /** Tells whether a secret is the one that we wrote, never what it is. Absent: we never wrote one. */
  readonly secretDigest?: string;
  /** When it was looked at last. */
  readonly checkedAt?: Date;
  /** What was wrong when it was looked at last, in sentences; empty where all was well. */
  readonly found: string;
  /** What was lost before that moment is seen to. */
  readonly healedUntil: Date;
}

/** A webhook that we look after: one that we made, or the one that a forge's own app registration has. */
export interface KeptHook extends HookKey, HookFacts {
  /** The address that it sends to. */
  readonly url: string;
  readonly connectedAt: Date;
}

/**
 * How bringing a lost delivery ended. `asked`: it began, and nobody knows how it ended. `resent`: the forge sends it
 * again. `read`: it was read as if it had come. `gone`: the forge does not have it any more. `refused`: it will not.
 */
export const OUTCOMES = ["asked", "resent", "read", "gone", "refused"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A delivery that was lost and asked for again. One for each attempt of the forge to bring it. */
export interface Recovery {
  /** The forge's own number of the attempt, see `LostDelivery`. */
  readonly attempt: string;
  /** The id that the delivery has among ours, where the forge told it. */
  readonly id?: string;
  readonly lostAt: Date;
  readonly outcome: Outcome;
  /** How often it was begun to bring it. */
  readonly tries: number;
}
