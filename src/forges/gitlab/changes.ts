import type { Actor, IssueAction, PullRequestAction } from "../../core/event.ts";
import type { Changes, Label, User } from "./payloads.ts";
import { actorOf } from "./translate.ts";

/** One of our actions, with the label or the person that it is about. */
export interface Step<Action> {
  readonly action: Action;
  readonly label?: string;
  readonly assignee?: Actor;
}

type Labels = readonly Label[] | null | undefined;
type Users = readonly User[] | null | undefined;

/** What a thread has now. */
export interface Now {
  readonly labels: Labels;
  readonly assignees: Users;
}

/** What says by itself only that something else changed. */
const UPDATE = "update";

/** What GitLab calls the actions that we read, and what we call them; an update becomes what it changed. */
export const ISSUE_ACTIONS = {
  open: "opened",
  close: "closed",
  reopen: "reopened",
  [UPDATE]: undefined,
} as const satisfies Record<string, IssueAction | undefined>;

/** The same for merge requests. */
export const MERGE_REQUEST_ACTIONS = {
  ...ISSUE_ACTIONS,
  merge: "merged",
} as const satisfies Record<string, PullRequestAction | undefined>;

/** GitLab marks a draft in its title. */
const DRAFT_MARK = /^\s*(?:\[draft\]|\(draft\)|draft:|\[wip\]|wip:)\s*/i;

/** What happened to an issue, in the order in which it is told; nothing for an update of what we do not read. */
export function issueSteps(
  action: keyof typeof ISSUE_ACTIONS,
  changes: Changes,
  now: Now,
): Step<IssueAction>[] {
  const edited = action === UPDATE && (changes?.title ?? changes?.description);
  return [
    ...stepOf(ISSUE_ACTIONS[action]),
    ...stepOf(edited ? ("edited" as const) : undefined),
    ...labelSteps(action, changes, now.labels),
    ...assigneeSteps(action, changes, now.assignees),
  ];
}

/** The same for a merge request. `oldrev` is the head before, and only there when commits are new. */
export function mergeRequestSteps(
  action: keyof typeof MERGE_REQUEST_ACTIONS,
  changes: Changes,
  now: Now,
  oldrev: string | null | undefined,
): Step<PullRequestAction>[] {
  return [
    ...stepOf(MERGE_REQUEST_ACTIONS[action]),
    ...(action === UPDATE ? updateSteps(changes, oldrev) : []),
    ...labelSteps(action, changes, now.labels),
    ...assigneeSteps(action, changes, now.assignees),
  ];
}

function stepOf<Action>(action: Action | undefined): Step<Action>[] {
  return action === undefined ? [] : [{ action }];
}

function updateSteps(changes: Changes, oldrev: string | null | undefined): Step<PullRequestAction>[] {
  const draft = changes?.draft?.current ?? undefined;
  const titled = draft === undefined ? changes?.title : changes?.title && !isSameTitle(changes);
  const edited = [titled, changes?.description, changes?.target_branch].some(Boolean);
  return [
    ...stepOf(oldrev ? ("updated" as const) : undefined),
    ...stepOf(draft === undefined ? undefined : draft ? ("draft" as const) : ("ready" as const)),
    ...stepOf(edited ? ("edited" as const) : undefined),
  ];
}

/** A draft that becomes ready loses its mark in the title, which is no edit of anybody's. */
function isSameTitle(changes: Changes): boolean {
  const bare = (title: string | null | undefined) => (title ?? "").replace(DRAFT_MARK, "");
  return bare(changes?.title?.previous) === bare(changes?.title?.current);
}

/**
 * The labels that came off, then those that were set: told apart by id, since a renamed label is still the same. What
 * is opened was given all the labels that it has.
 */
function labelSteps(action: string, changes: Changes, labels: Labels): Step<"labeled" | "unlabeled">[] {
  const { previous, current } = changes?.labels ?? {};
  const set = action === "open" ? missingIn([], labels) : missingIn(previous, current);
  const gone = action === "open" ? [] : missingIn(current, previous);
  return [
    ...gone.map((label) => ({ action: "unlabeled" as const, label })),
    ...set.map((label) => ({ action: "labeled" as const, label })),
  ];
}

/** Names of the labels of the second list that the first lacks. */
function missingIn(first: Labels, second: Labels): string[] {
  const known = new Set((first ?? []).map(({ id }) => id));
  return (second ?? []).filter(({ id }) => !known.has(id)).map(({ title }) => title);
}

/**
 * Who no longer is to do it, then who now is. What is opened was given to all whom it has. Old servers repeat the change
 * with whatever is done next, so that only an update counts.
 */
function assigneeSteps(
  action: string,
  changes: Changes,
  assignees: Users,
): Step<"assigned" | "unassigned">[] {
  if (action !== UPDATE && action !== "open") return [];
  const { previous, current } =
    action === "open" ? { previous: [], current: assignees } : (changes?.assignees ?? {});
  return [
    ...peopleMissingIn(current, previous).map((user) => ({
      action: "unassigned" as const,
      assignee: actorOf(user),
    })),
    ...peopleMissingIn(previous, current).map((user) => ({
      action: "assigned" as const,
      assignee: actorOf(user),
    })),
  ];
}

/** The people of the second list that the first lacks. Servers before 13 name no ids. */
function peopleMissingIn(first: Users, second: Users): User[] {
  const keyOf = ({ id, username }: User) => id ?? username;
  const known = new Set((first ?? []).map(keyOf));
  return (second ?? []).filter((user) => !known.has(keyOf(user)));
}
