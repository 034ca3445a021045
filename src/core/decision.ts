/**
 * What must still be asked from the forge before a match stands: what somebody may do, who set a label, a pull request's
 * head, whether our account is meant, and which paths are changed.
 */
export type Question = "permission" | "label" | "head" | "account" | "paths";

/** Whether an automation wants an event, as far as the event alone tells. */
export interface Match {
  readonly automation: string;
  /** Where the automation comes from; absent: the server's config. */
  readonly origin?: "repository";
  /** Index of the event in the reading. */
  readonly event: number;
  readonly matched: boolean;
  /** One sentence for a person: why, or why not. */
  readonly reason: string;
  readonly stillToAsk: readonly Question[];
}

/**
 * What a decision looks at, in the order in which it is looked at: what the event alone tells, then what the forge is
 * asked, then what is known of other runs. Not every decision looks at all of it; the first that is not `ok` ends it.
 */
export const STEPS = [
  "forge",
  "repository",
  "confidential",
  "own doing",
  "trigger",
  "filter",
  "branch",
  "fork",
  "draft",
  "same delivery",
  "newest head",
  "label",
  "head",
  "asker",
  "permission",
  "approval",
  "depth",
  "paths",
  "budget",
  "same happening",
  "concurrency",
  "run",
] as const;

/** One step of a decision: what was looked at, whether it may go on, and one sentence for a person that says why. */
export interface DecisionStep {
  readonly what: (typeof STEPS)[number];
  readonly ok: boolean;
  readonly said: string;
}

/**
 * What became of a match in the end; kept with the delivery. `reason` names the run where there is one. What a comment
 * says to Forgehand itself stands under the command as its automation, such as `/forgehand help`.
 */
export interface Decision extends Match {
  readonly outcome:
    | "run"
    | "waits"
    | "refused"
    | "dropped"
    | "not matched"
    | "approved"
    | "cancelled"
    | "paused"
    | "resumed"
    | "answered";
  readonly run?: number;
  /** How it came to that, in order; absent on what older versions decided. */
  readonly steps?: readonly DecisionStep[];
}
