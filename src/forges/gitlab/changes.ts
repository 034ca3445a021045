import type { IssueAction, PullRequestAction } from "../../core/event.ts";
import type { Changes, Label } from "./payloads.ts";

/** One of our actions, with the label that it is about. */
export interface Step<Action> {
  readonly action: Action;
  readonly label?: string;
}

type Labels = readonly Label[] | null | undefined;

const UPDATE = "update";

/** What GitLab calls a change of state, and what we call it. An `update` says nothing by itself. */
const ISSUE_ACTIONS: Readonly<Record<string, IssueAction>> = {
  open: "opened",
  close: "closed",
  reopen: "reopened",
};
const MERGE_REQUEST_ACTIONS: Readonly<Record<string, PullRequestAction>> = {
  ...ISSUE_ACTIONS,
  merge: "merged",
};

/** GitLab marks a draft in its title. */
const DRAFT_MARK = /^\s*(?:\[draft\]|\(draft\)|draft:|\[wip\]|wip:)\s*/i;

/** What happened to an issue, in the order in which it is told; undefined for an action that starts nothing. */
export function issueSteps(
  action: string,
  changes: Changes,
  labels: Labels,
): Step<IssueAction>[] | undefined {
  const first = firstStep(ISSUE_ACTIONS, action);
  if (first === undefined) return undefined;
  const edited = action === UPDATE && (changes?.title ?? changes?.description);
  return [
    ...first,
    ...(edited ? [{ action: "edited" as const }] : []),
    ...labelSteps(action, changes, labels),
  ];
}

/** The same for a merge request. `oldrev` is the head before, and only there when commits are new. */
export function mergeRequestSteps(
  action: string,
  changes: Changes,
  labels: Labels,
  oldrev: string | null | undefined,
): Step<PullRequestAction>[] | undefined {
  const first = firstStep(MERGE_REQUEST_ACTIONS, action);
  if (first === undefined) return undefined;
  const updated = action === UPDATE ? updateSteps(changes, oldrev) : [];
  return [...first, ...updated, ...labelSteps(action, changes, labels)];
}

function firstStep<Action>(
  actions: Readonly<Record<string, Action>>,
  action: string,
): Step<Action>[] | undefined {
  if (action === UPDATE) return [];
  const known = Object.hasOwn(actions, action) ? actions[action] : undefined;
  return known === undefined ? undefined : [{ action: known }];
}

function updateSteps(changes: Changes, oldrev: string | null | undefined): Step<PullRequestAction>[] {
  const draft = changes?.draft?.current ?? undefined;
  const titled = draft === undefined ? changes?.title : changes?.title && !isSameTitle(changes);
  const edited = [titled, changes?.description, changes?.target_branch].some(Boolean);
  return [
    ...(oldrev ? [{ action: "updated" as const }] : []),
    ...(draft === undefined ? [] : [{ action: draft ? ("draft" as const) : ("ready" as const) }]),
    ...(edited ? [{ action: "edited" as const }] : []),
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
