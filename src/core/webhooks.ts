import type { WebhookRequest } from "./delivery.ts";

/**
 * How far a webhook reaches: one repository, all repositories of an owner, or the whole server. Each forge has a word of
 * its own for an owner: organization, group, workspace, project.
 */
export const LEVELS = ["repository", "owner", "system"] as const;
export type Level = (typeof LEVELS)[number];

/** Where a webhook hangs. `name`: full name of the repository, or name of the owner; empty for the whole server. */
export interface HookPlace {
  readonly level: Level;
  readonly name: string;
}

/** What a webhook of ours is to be. All of ours at one place send to one address; others there are not ours to touch. */
export interface WantedHook {
  readonly url: string;
  readonly secret: string;
}

/** What a forge has at a place that sends to our address. */
export interface HookState {
  /** The forge's ids of it. Several, where a forge has one for each kind of event. Empty: nothing sends to us. */
  readonly ids: readonly string[];
  /**
   * What is not as it should be, each in words that end a sentence beginning with "it": `is switched off`, `lacks the
   * event issue_comment`. Empty: all that can be seen is well. A secret can never be seen. Where `ids` is empty, so is this.
   */
  readonly faults: readonly string[];
  /** Where the forge holds deliveries back, since it failed to bring them to us: its own words for that. */
  readonly held?: string;
}

/**
 * What came of asking a forge to try a webhook. `sent`: a delivery is on its way to us. `answered`: the forge waited, and
 * has the status of our answer (0: it had none). `unsupported`: it cannot be asked to.
 */
export type HookTrial =
  { readonly kind: "sent" | "unsupported" } | { readonly kind: "answered"; readonly status: number };

/** A delivery that a forge made and could not bring to us. */
export interface LostDelivery {
  /** The forge's own number of it, by which it is asked for again. */
  readonly attempt: string;
  /** The id that it has, or would have had, among our deliveries, where the forge tells it: what arrived is not asked for. */
  readonly id?: string;
  readonly at: Date;
}

/**
 * The webhooks of a forge, looked after by its API. Every call is safe to repeat and throws coded errors; FORGE_REFUSED
 * says which right is missing. Nothing here is asked of an address from a payload.
 */
export interface Webhooks {
  /** The levels that webhooks can be looked after at, each with the forge's own word for it. */
  readonly levels: Readonly<Partial<Record<Level, string>>>;
  /** What an administrator must see to where a webhook stands and nothing arrives, each a sentence. */
  readonly advice: readonly string[];
  /** True where a webhook that is mended may be a new one, which knows nothing of what the old one lost. */
  readonly forgets?: boolean;
  /** What is there that sends to the address. Changes nothing. */
  inspect(place: HookPlace, wanted: WantedHook, signal?: AbortSignal): Promise<HookState>;
  /**
   * Make it so: one webhook, with every event that Forgehand reads, switched on, held back no longer. What is as wanted
   * already is not written again, but for `renew`, which writes the secret anew. Answers what is there afterwards.
   */
  ensure(
    place: HookPlace,
    wanted: WantedHook,
    how: { readonly renew: boolean },
    signal?: AbortSignal,
  ): Promise<HookState>;
  /** Remove what sends to the address. Answers how many were removed. */
  remove(place: HookPlace, url: string, signal?: AbortSignal): Promise<number>;
  /** Ask the forge to try it. Only where `ids` of its state is not empty. */
  test(place: HookPlace, wanted: WantedHook, signal?: AbortSignal): Promise<HookTrial>;
  /**
   * Deliveries since a moment that did not reach the address and were not brought later either, oldest first. Absent: the
   * forge keeps no list of them.
   */
  lost?(place: HookPlace, url: string, since: Date, signal?: AbortSignal): Promise<readonly LostDelivery[]>;
  /**
   * Bring a lost delivery: `resent` where the forge sends it to our address again, else the request as it was made, to be
   * read as if it had come: our credentials prove it. Undefined: the forge does not have it any more.
   */
  recover?(
    place: HookPlace,
    url: string,
    lost: LostDelivery,
    signal?: AbortSignal,
  ): Promise<"resent" | WebhookRequest | undefined>;
}
