import type { EmitterWebhookEventName } from "@octokit/webhooks";

import type { CheckState, IssueAction, PullRequestAction, ReviewState } from "../../core/event.ts";

/** What GitHub calls the actions of `issues` that we read, and what we call them. */
export const ISSUE_ACTIONS = {
  opened: "opened",
  edited: "edited",
  closed: "closed",
  reopened: "reopened",
  labeled: "labeled",
  unlabeled: "unlabeled",
  assigned: "assigned",
  unassigned: "unassigned",
} as const satisfies Record<string, IssueAction>;

/** The same for `pull_request`; a closed one may turn out to be merged. */
export const PULL_REQUEST_ACTIONS = {
  ...ISSUE_ACTIONS,
  synchronize: "updated",
  ready_for_review: "ready",
  converted_to_draft: "draft",
} as const satisfies Record<string, PullRequestAction>;

/** What GitHub calls the states of a review that was submitted. One that is dismissed is no new review. */
export const REVIEW_STATES: Readonly<Record<string, ReviewState>> = {
  approved: "approved",
  changes_requested: "changes_requested",
  commented: "commented",
};

/**
 * How a check run ends. One that was skipped, or that says neither yes nor no, keeps nothing from being merged, as one that
 * succeeded. Source: docs.github.com, "About status checks" and "Check runs" of the REST API.
 */
export const CONCLUSIONS: Readonly<Record<string, CheckState>> = {
  success: "success",
  neutral: "success",
  skipped: "success",
  failure: "failure",
  timed_out: "failure",
  action_required: "failure",
  startup_failure: "error",
  stale: "error",
  cancelled: "cancelled",
};

/** How a status ends; one that is pending has not. */
export const STATUS_STATES: Readonly<Record<string, CheckState>> = {
  success: "success",
  failure: "failure",
  error: "error",
};

/** The events that we read, in the words of Probot's `app.on`: exactly those whose deliveries enter Probot. */
export const EVENTS = [
  ...namesOf("issues", ISSUE_ACTIONS),
  ...namesOf("pull_request", PULL_REQUEST_ACTIONS),
  "issue_comment.created",
  "pull_request_review.submitted",
  "pull_request_review_comment.created",
  "check_run.completed",
  "status",
  "push",
  "create",
  "delete",
] as const satisfies readonly EmitterWebhookEventName[];

function namesOf<Event extends string, Action extends string>(
  event: Event,
  actions: Readonly<Record<Action, unknown>>,
): `${Event}.${Action}`[] {
  return (Object.keys(actions) as Action[]).map((action) => `${event}.${action}` as const);
}
