import type { Trigger } from "../../src/core/automation.ts";
import type { ForgeEvent } from "../../src/core/event.ts";
import { mayRemoveLabel, triggered } from "../../src/match/triggers.ts";
import type { Row } from "./row.ts";
import { yesIf } from "./row.ts";

/** What a comment asks by, and what a label is called that a delivery does not name. */
const WORD = "go";

/** Whether a trigger is pulled by some event that the fixtures of the kind are read as. */
function pulled(what: string, trigger: (event: ForgeEvent) => Trigger | undefined): Row {
  return { what, cell: ({ events }) => yesIf(events.some((event) => pulls(event, trigger(event)))) };
}

function pulls(event: ForgeEvent, on: Trigger | undefined): boolean {
  return on !== undefined && triggered(event, { name: "table", on }).wanted;
}

type Kind = "issue" | "pull_request";

const NAMES: Readonly<Record<Kind, string>> = { issue: "an issue", pull_request: "a pull request" };

function labelled(kind: Kind): Row {
  return labelRow(
    `Label set on ${NAMES[kind]}`,
    (event) => event.kind === kind && pulls(event, labelOf(event)),
  );
}

/** One that was taken off can be set anew. */
function unlabelled(kind: Kind): Row {
  return labelRow(
    `Label taken off ${NAMES[kind]}`,
    (event) => event.kind === kind && mayRemoveLabel(event, labelOf(event)),
  );
}

/** `asked`: deliveries tell only that labels were changed, and the forge is asked whether ours is on it now. */
function labelRow(what: string, isTold: (event: ForgeEvent) => boolean): Row {
  return {
    what,
    cell: ({ events }) => {
      const told = events.filter((event) => LABELLING.has(event.action) && isTold(event));
      return told.some(({ action }) => action === "label_updated") ? "asked" : yesIf(told.length > 0);
    },
  };
}

const LABELLING: ReadonlySet<string> = new Set(["labeled", "unlabeled", "label_updated"]);

const labelOf = (event: ForgeEvent): Trigger => ({
  label: "label" in event && event.label !== undefined ? event.label : WORD,
});

function commanded(kind: Kind): Row {
  const said = (event: ForgeEvent): boolean =>
    event.kind === "comment" &&
    (event.issue === undefined ? "pull_request" : "issue") === kind &&
    pulls({ ...event, comment: { ...event.comment, body: `/forgehand ${WORD}` } }, { command: WORD });
  return { what: `Command in a comment on ${NAMES[kind]}`, cell: ({ events }) => yesIf(events.some(said)) };
}

/** Text that mentions an account, in a comment and in what is new. */
function mentioned(kind: Kind): Row[] {
  const body = "Please look at this, @forgehand.";
  const on = { mention: true };
  const isOn = (event: ForgeEvent): boolean =>
    (event.kind === "comment" && event.issue === undefined ? "pull_request" : "issue") === kind;
  const inComment = (event: ForgeEvent): boolean =>
    event.kind === "comment" && isOn(event) && pulls({ ...event, comment: { ...event.comment, body } }, on);
  const inText = (event: ForgeEvent): boolean => {
    if (event.kind !== kind) return false;
    return event.kind === "issue"
      ? pulls({ ...event, issue: { ...event.issue, body } }, on)
      : pulls({ ...event, pullRequest: { ...event.pullRequest, body } }, on);
  };
  return [
    { what: `Mention in a comment on ${NAMES[kind]}`, cell: ({ events }) => yesIf(events.some(inComment)) },
    { what: `Mention in the text of ${NAMES[kind]}`, cell: ({ events }) => yesIf(events.some(inText)) },
  ];
}

/** One whose label is named: a trigger cannot be pulled by labels that merely changed. */
function labelTakenOff(kind: Kind): Row {
  return pulled(`Label taken off ${NAMES[kind]}, as a trigger`, (event) => {
    if (event.kind !== kind || event.action !== "unlabeled" || event.label === undefined) return undefined;
    return { labelRemoved: event.label };
  });
}

function assigned(kind: Kind): Row {
  return pulled(`${kind === "issue" ? "Issue" : "Pull request"} assigned to our account`, (event) =>
    event.kind === kind ? { assigned: true } : undefined,
  );
}

const REVIEWS: Readonly<Record<NonNullable<Trigger["review"]>[number], string>> = {
  approved: "Review approves",
  changes_requested: "Review requests changes",
  commented: "Review comments",
};

const CHECKS: Readonly<Record<NonNullable<Trigger["check"]>[number], string>> = {
  success: "Check ended well",
  failure: "Check failed",
  error: "Check could not say",
  cancelled: "Check cancelled",
};

function titled(kind: Kind): Row {
  return pulled(`Prefix of the title of ${NAMES[kind]}`, (event) => {
    if (event.kind !== kind) return undefined;
    return { titlePrefix: event.kind === "issue" ? event.issue.title : event.pullRequest.title };
  });
}

/** One row for each action, by what the table calls it. */
function actions<Action extends string>(
  names: Readonly<Record<Action, string>>,
  trigger: (action: Action) => Trigger,
): Row[] {
  return (Object.keys(names) as Action[]).map((action) => pulled(names[action], () => trigger(action)));
}

const ISSUE_ACTIONS: Readonly<Record<NonNullable<Trigger["issue"]>[number], string>> = {
  opened: "Issue opened",
  edited: "Issue edited",
  closed: "Issue closed",
  reopened: "Issue reopened",
  labeled: "Any label set on an issue",
  unlabeled: "Any label taken off an issue",
  assigned: "Issue assigned",
  unassigned: "Issue unassigned",
};

const PULL_REQUEST_ACTIONS: Readonly<Record<NonNullable<Trigger["pullRequest"]>[number], string>> = {
  opened: "Pull request opened",
  edited: "Pull request edited",
  closed: "Pull request closed",
  reopened: "Pull request reopened",
  updated: "Pull request updated: new commits",
  ready: "Pull request ready: no draft any more",
  draft: "Pull request made a draft",
  merged: "Pull request merged",
  labeled: "Any label set on a pull request",
  unlabeled: "Any label taken off a pull request",
  assigned: "Pull request assigned",
  unassigned: "Pull request unassigned",
};

/** The rows of each trigger. A new one has none until somebody says here what pulls it. */
const ROWS = {
  label: [labelled("issue"), labelled("pull_request"), unlabelled("issue"), unlabelled("pull_request")],
  labelRemoved: [labelTakenOff("issue"), labelTakenOff("pull_request")],
  issue: actions(ISSUE_ACTIONS, (action) => ({ issue: [action] })),
  pullRequest: actions(PULL_REQUEST_ACTIONS, (action) => ({ pullRequest: [action] })),
  push: [
    pulled("Branch pushed, new", ({ action }) => (action === "created" ? { push: true } : undefined)),
    pulled("Branch pushed", ({ action }) => (action === "updated" ? { push: true } : undefined)),
  ],
  tag: [pulled("Tag set", () => ({ tag: true }))],
  command: [commanded("issue"), commanded("pull_request")],
  mention: [...mentioned("issue"), ...mentioned("pull_request")],
  assigned: [assigned("issue"), assigned("pull_request")],
  review: actions(REVIEWS, (state) => ({ review: [state] })),
  check: actions(CHECKS, (state) => ({ check: [state] })),
  // No forge tells the time.
  schedule: [],
  titlePrefix: [titled("issue"), titled("pull_request")],
  branchPrefix: [
    pulled("Prefix of the branch of a pull request", (event) => {
      const branch = event.kind === "pull_request" ? event.pullRequest.source?.branch : undefined;
      return branch === undefined ? undefined : { branchPrefix: branch };
    }),
  ],
} satisfies Readonly<Record<keyof Trigger, readonly Row[]>>;

/** Everything that can start an automation. */
export const TRIGGERS: readonly Row[] = Object.values<readonly Row[]>(ROWS).flat();
