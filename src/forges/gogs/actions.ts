import type { Actor, IssueAction, PullRequestAction } from "../../core/event.ts";

/** What Gogs calls the actions of `issues` that we read, and what we call them. */
export const ISSUE_ACTIONS = {
  opened: "opened",
  edited: "edited",
  closed: "closed",
  reopened: "reopened",
  // Which label was changed, it does not tell.
  label_updated: "label_updated",
  label_cleared: "label_updated",
  assigned: "assigned",
} as const satisfies Record<string, IssueAction>;

/** The same for `pull_request`; a closed one may turn out to be merged. */
export const PULL_REQUEST_ACTIONS = {
  ...ISSUE_ACTIONS,
  synchronized: "updated",
} as const satisfies Record<string, PullRequestAction>;

/** One of our actions, with the label or the person that it is about. */
export interface Step<Action> {
  readonly action: Action;
  readonly label?: string;
  readonly assignee?: Actor;
}

/**
 * What happened, in the order in which it is told. What is opened was given its labels by the one who opened it, and
 * Gogs sends nothing else for them. That it has no others is worth telling too: `match` remembers it, and so knows
 * later which label is new.
 */
export function stepsOf<Action extends string>(
  action: Action,
  labels: readonly string[],
  assignee: Actor | undefined,
): Step<Action | "label_updated" | "labeled">[] {
  if (action === "assigned") return assignee === undefined ? [] : [{ action, assignee }];
  if (action !== "opened") return [{ action }];
  return [
    { action },
    { action: "label_updated" },
    ...labels.map((label) => ({ action: "labeled" as const, label })),
  ];
}
