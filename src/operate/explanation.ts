import type { Decision, Match } from "../core/decision.ts";
import type { ExplainedEvent } from "./explain-event.ts";

/** Which commit of a fork which automation may run, and who said so by which comment. */
export interface ExplainedApproval {
  readonly automation: string;
  readonly sha: string;
  readonly actor: { readonly id: string; readonly login: string };
  readonly comment: string;
}

/** What `explain` prints. The shape is documented in docs/explain.md and stays stable. */
export interface Explanation {
  readonly sender:
    { readonly state: "proven" } | { readonly state: "unproven" | "not checked"; readonly reason: string };
  readonly reading:
    | { readonly kind: "event"; readonly events: readonly ExplainedEvent[] }
    | { readonly kind: "ignored" | "unreadable"; readonly reason: string };
  readonly matches: readonly Match[];
  /** Only of a kept delivery that was matched: what became of each match. */
  readonly decisions?: readonly Decision[];
  /** Only where somebody approved heads of the pull request that it is about. */
  readonly approvals?: readonly ExplainedApproval[];
}
