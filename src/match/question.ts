import type { Automation } from "../core/automation.ts";
import type { Match } from "../core/decision.ts";
import type { ForgeEvent } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { Refs } from "../core/refs.ts";
import type { Store } from "../core/store.ts";
import type { GroupOf } from "./plan.ts";
import type { Steps } from "./steps.ts";

/**
 * The paths that a pull request or a push changes, against where it began. Undefined where that cannot be told, or where
 * there are too many to look at. Throws what may pass.
 */
export type ChangedPaths = (
  forge: Forge,
  event: ForgeEvent,
  signal: AbortSignal,
) => Promise<readonly string[] | undefined>;

/** One event beside one automation that wants it, and whom to ask about it. */
export interface Question {
  readonly event: ForgeEvent;
  readonly automation: Automation;
  readonly match: Match;
  readonly delivery: string;
  readonly store: Store;
  readonly forge: Forge;
  readonly changedPaths: ChangedPaths;
  readonly signal: AbortSignal;
  readonly refs: Refs;
  readonly groupOf: GroupOf;
  /** Notes what was asked, and what came of it. */
  readonly steps: Steps;
}
