import type { Reading } from "../core/delivery.ts";
import type { Forge } from "../core/forge.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import type { Wanted } from "../core/watch.ts";

/** A configured forge that is polled. */
export interface PolledForge {
  readonly name: string;
  readonly forge: Forge;
  /** Full names that the owner lists. */
  readonly repositories: readonly string[];
  /** The owner's own interval in milliseconds. */
  readonly interval?: number | undefined;
  /** Requests that may be made in an hour; absent where the owner's own interval alone counts. */
  readonly perHour?: number | undefined;
}

/** What the poller needs. */
export interface PollTools {
  readonly store: Store;
  /** The forge of a name; undefined where it is not polled, or not configured any more. */
  readonly polled: (forge: string) => PolledForge | undefined;
  /** True where no webhook can be received. */
  readonly pollOnly: boolean;
  /** What the automations want to know of a repository. */
  readonly wanted: (forge: string, fullName: string) => Wanted;
  /** Whether any automation could want what was found. */
  readonly wants: (reading: Reading, place: { forge: string; door: string }) => boolean;
  readonly log: Log;
  readonly now?: () => number;
}
