import type { CheckState, IssueAction, PullRequestAction, ReviewState } from "../../core/event.ts";
import { bareTitle, isDraftTitle } from "./drafts.ts";
import type { Changes } from "./payloads.ts";

/** What Gitea and Forgejo call the actions of `issues` that we read, and what we call them. No label is named. */
export const ISSUE_ACTIONS = {
  opened: "opened",
  edited: "edited",
  closed: "closed",
  reopened: "reopened",
  label_updated: "label_updated",
  label_cleared: "label_updated",
  assigned: "assigned",
} as const satisfies Record<string, IssueAction>;

/** The ends of the words for reviews, of which there are several: of events, and of the types that old servers had. */
export const REVIEWS: Readonly<Record<string, ReviewState>> = {
  approved: "approved",
  rejected: "changes_requested",
  comment: "commented",
};

/**
 * How a status ends. A warning keeps from merging what a failure does, and what was skipped does not. Source:
 * go-gitea/gitea modules/commitstatus.
 */
export const STATUS_STATES: Readonly<Record<string, CheckState>> = {
  success: "success",
  skipped: "success",
  failure: "failure",
  warning: "failure",
  error: "error",
};

/** The same for `pull_request`; a closed one may turn out to be merged. */
export const PULL_REQUEST_ACTIONS = {
  ...ISSUE_ACTIONS,
  synchronized: "updated",
} as const satisfies Record<string, PullRequestAction>;

/** What an edit of a pull request did: a title may lose or get the mark of a draft, which alone is no edit. */
export function editSteps(
  title: string,
  draft: boolean,
  changes: Changes | null | undefined,
): PullRequestAction[] {
  const before = changes?.title?.from ?? title;
  const moved = isDraftTitle(before) === draft ? [] : [draft ? ("draft" as const) : ("ready" as const)];
  const titled = bareTitle(before) !== bareTitle(title);
  const edited = moved.length === 0 || titled || Boolean(changes?.body) || Boolean(changes?.ref);
  return edited ? [...moved, "edited"] : moved;
}
