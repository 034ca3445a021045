import type { EmitterWebhookEventName } from "@octokit/webhooks";

import type { IssueAction, PullRequestAction } from "../../core/event.ts";

/** What GitHub calls the actions of `issues` that we read, and what we call them. */
export const ISSUE_ACTIONS = {
  opened: "opened",
  edited: "edited",
  closed: "closed",
  reopened: "reopened",
  labeled: "labeled",
  unlabeled: "unlabeled",
} as const satisfies Record<string, IssueAction>;

/** The same for `pull_request`; a closed one may turn out to be merged. */
export const PULL_REQUEST_ACTIONS = {
  ...ISSUE_ACTIONS,
  synchronize: "updated",
  ready_for_review: "ready",
  converted_to_draft: "draft",
} as const satisfies Record<string, PullRequestAction>;

/** The events that we read, in the words of Probot's `app.on`: exactly those whose deliveries enter Probot. */
export const EVENTS = [
  ...namesOf("issues", ISSUE_ACTIONS),
  ...namesOf("pull_request", PULL_REQUEST_ACTIONS),
  "issue_comment.created",
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
