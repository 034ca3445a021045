import type { IssueAction, PullRequestAction } from "../../core/event.ts";
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
} as const satisfies Record<string, IssueAction>;

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
