import type { Automation } from "../core/automation.ts";
import type { DecisionStep } from "../core/decision.ts";
import type { ForgeEvent } from "../core/event.ts";

/** What came of one look at an event: whether it may go on, and a sentence that says why. */
export interface Answer {
  readonly ok: boolean;
  readonly said: string;
}

/** What is known beside an event. */
export interface Around {
  /** Name of the forge in the config. */
  readonly forge: string;
  /** Contexts of all automations: their statuses are no checks of somebody else. */
  readonly contexts: readonly string[];
  /** True where the forge was asked for what the event did not tell of its pull request. */
  readonly isWhole?: boolean;
}

/** One look at an event. Undefined: it has nothing to look at there, or what it would look at is not known yet. */
export interface Check {
  readonly what: DecisionStep["what"];
  readonly look: (event: ForgeEvent, automation: Automation, around: Around) => Answer | undefined;
}

export const no = (said: string): Answer => ({ ok: false, said });
export const yes = (said: string): Answer => ({ ok: true, said });

/** `no` where something stands in the way; nothing to say where nothing does. */
export const refusing = (said: string | undefined): Answer | undefined =>
  said === undefined ? undefined : no(said);
