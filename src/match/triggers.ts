import type { Automation, Trigger } from "../core/automation.ts";
import type {
  CheckEvent,
  ForgeEvent,
  Issue,
  IssueEvent,
  PullRequest,
  PullRequestEvent,
  PushEvent,
  ReviewEvent,
  TagEvent,
} from "../core/event.ts";
import { actorName, sameLabel } from "../core/event.ts";
import { askedBy } from "./commands.ts";
import { mentionsIn } from "./mentions.ts";

/** How an event is wanted: by which trigger, and why in a sentence. */
export interface Wanted {
  readonly wanted: true;
  readonly by:
    | "label"
    | "label_removed"
    | "issue"
    | "pull_request"
    | "push"
    | "tag"
    | "command"
    | "mention"
    | "assigned"
    | "review"
    | "check"
    | "schedule"
    | "manual";
  readonly reason: string;
}

interface Unwanted {
  readonly wanted: false;
  readonly reason: string;
}

type Verdict = Wanted | Unwanted;

const unwanted = (reason: string): Unwanted => ({ wanted: false, reason });
const wanted = (by: Wanted["by"], reason: string): Wanted => ({ wanted: true, by, reason });

/** Which of an automation's triggers an event pulls, if any. */
export function triggered(event: ForgeEvent, automation: Pick<Automation, "name" | "on">): Verdict {
  const { on } = automation;
  switch (event.kind) {
    case "issue":
      return threadChanged("issue", event, event.issue, on);
    case "pull_request":
      return threadChanged("pull_request", event, event.pullRequest, on);
    case "push":
      return refMoved("push", event, on.push);
    case "tag":
      return refMoved("tag", event, on.tag);
    case "comment":
      return commented(event.comment.body, automation);
    case "review":
      return reviewed(event, on);
    case "check":
      return checked(event, on);
    case "schedule":
      return event.automation === automation.name
        ? wanted("schedule", `The time of its schedule has come: ${event.at}.`)
        : unwanted(`It was the time of another automation: ${event.automation}.`);
    case "manual":
      return event.automation === automation.name
        ? wanted("manual", "It was started by hand.")
        : unwanted(`Another automation was started by hand: ${event.automation}.`);
  }
}

/**
 * What happened to an issue or a pull request, asked of every trigger. What names our label goes first, since a request
 * is answered once only. A label that is merely there goes before all else on something new, where its own delivery
 * follows; later it goes last, for what is asked for in so many words shall not be lost to a label answered long ago.
 */
function threadChanged(
  by: "issue" | "pull_request",
  event: IssueEvent | PullRequestEvent,
  subject: Issue | PullRequest,
  on: Trigger,
): Verdict {
  const there = labelThere(event, subject, on);
  const isNew = event.action === "opened";
  const verdicts: (Verdict | undefined)[] = [
    labelNamed(event, on),
    isNew ? there : undefined,
    unlabelled(event, on),
    assigned(by, event, on),
    begun(by, event.action, subject, on),
    isNew ? mentioned(`${subject.title}\n\n${subject.body}`, "text", on) : undefined,
    happened(by, event.action, by === "issue" ? on.issue : on.pullRequest),
    there,
  ];
  const given = verdicts.filter((verdict) => verdict !== undefined);
  return given.find((verdict) => verdict.wanted) ?? given[0] ?? unwanted("It does not act on that.");
}

/** What an event says that names the label that was set or taken off. Undefined: the label trigger says nothing. */
function labelNamed(event: IssueEvent | PullRequestEvent, { label }: Trigger): Verdict | undefined {
  if (label === undefined) return undefined;
  const named = event.label !== undefined && sameLabel(event.label, label);
  if (named && event.action === "labeled") return wanted("label", `The label "${label}" was set.`);
  if (named && event.action === "unlabeled") {
    return unwanted(`The label "${label}" was removed, which closes its request.`);
  }
  if (event.action === "labeled") return unwanted(`Another label was set: "${event.label ?? ""}".`);
  return undefined;
}

/**
 * A label counts also when it is simply there on something open: a delivery may have been missed, and the request row
 * keeps one label from starting two runs. Where a forge tells only that labels were changed (`label_updated`), it is
 * asked: the list in such a delivery can be older, or empty.
 */
function labelThere(
  { action, label: changed }: IssueEvent | PullRequestEvent,
  subject: Issue | PullRequest,
  { label }: Trigger,
): Wanted | undefined {
  if (label === undefined || subject.state !== "open" || action === "labeled") return undefined;
  if (action === "unlabeled" && changed !== undefined && sameLabel(changed, label)) return undefined;
  if (action === "label_updated") {
    return wanted("label", `Labels were changed: the forge is asked whether "${label}" is on it now.`);
  }
  const there = subject.labels.some((one) => sameLabel(one, label));
  return there ? wanted("label", `The label "${label}" is on it.`) : undefined;
}

function unlabelled(event: IssueEvent | PullRequestEvent, { labelRemoved }: Trigger): Verdict | undefined {
  if (labelRemoved === undefined || event.action !== "unlabeled") return undefined;
  if (event.label !== undefined && sameLabel(event.label, labelRemoved)) {
    return wanted("label_removed", `The label "${labelRemoved}" was taken off.`);
  }
  return unwanted(`Another label was taken off: "${event.label ?? ""}".`);
}

/** Whether the one whom it was given to is our account, only the forge knows. */
function assigned(
  by: "issue" | "pull_request",
  { action, assignee }: IssueEvent | PullRequestEvent,
  on: Trigger,
): Wanted | undefined {
  if (on.assigned !== true || action !== "assigned" || assignee === undefined) return undefined;
  const what = by === "issue" ? "issue" : "pull request";
  return wanted("assigned", `The ${what} was assigned to ${actorName(assignee)}.`);
}

/** A text that speaks to somebody; whether that is our account, only the forge knows. Undefined: to nobody. */
function mentioned(text: string, what: "text" | "comment", on: Trigger): Verdict | undefined {
  if (on.mention !== true) return undefined;
  const { named: free, commanded } = mentionsIn(text);
  // Commands are given by comments: whoever begins something new with a mention speaks to somebody.
  if (what === "comment" && commanded.includes("")) return unwanted("The comment is a command.");
  const named = what === "comment" ? free : [...free, ...commanded.filter((name) => name !== "")];
  if (named.length === 0) return unwanted(`The ${what} mentions nobody.`);
  return wanted("mention", `The ${what} mentions ${named.map((name) => `@${name}`).join(", ")}.`);
}

/** What is new may ask by its title or its branch, on forges without labels above all. Undefined: it does not. */
function begun(
  by: "issue" | "pull_request",
  action: string,
  subject: Issue | PullRequest,
  { titlePrefix, branchPrefix }: Trigger,
): Wanted | undefined {
  if (action !== "opened") return undefined;
  if (titlePrefix !== undefined && beginsWith(subject.title.trimStart(), titlePrefix)) {
    return wanted(by, `Its title begins with "${titlePrefix}".`);
  }
  const branch = "source" in subject ? subject.source?.branch : undefined;
  if (branchPrefix !== undefined && branch?.startsWith(branchPrefix) === true) {
    return wanted(by, `It comes from the branch ${branch}.`);
  }
  return undefined;
}

const beginsWith = (text: string, prefix: string): boolean =>
  text.toLowerCase().startsWith(prefix.toLowerCase());

function happened(
  by: "issue" | "pull_request",
  action: string,
  actions: readonly string[] | undefined,
): Verdict {
  const what = by === "issue" ? "issue" : "pull request";
  if (actions?.includes(action) === true) return wanted(by, `The ${what} was ${PAST[action] ?? action}.`);
  return unwanted(`It does not act on "${action}" of an ${what}.`.replace("an pull", "a pull"));
}

const PAST: Readonly<Record<string, string>> = { ready: "marked as ready", draft: "turned into a draft" };

function reviewed({ review }: ReviewEvent, on: Trigger): Verdict {
  if (on.review === undefined) return unwanted("It does not act on a review.");
  if (on.review.includes(review.state)) return wanted("review", `A review says "${review.state}".`);
  return unwanted(`It does not act on a review that says "${review.state}".`);
}

function checked({ check }: CheckEvent, on: Trigger): Verdict {
  if (on.check === undefined) return unwanted("It does not act on a check.");
  const said = `The check "${check.name}" ended as "${check.state}"`;
  if (on.check.includes(check.state)) return wanted("check", `${said}.`);
  return unwanted(`${said}, which it does not act on.`);
}

function refMoved(by: "push" | "tag", event: PushEvent | TagEvent, asked: boolean | undefined): Verdict {
  const what = by === "push" ? "push" : "tag";
  if (asked !== true) return unwanted(`It does not act on a ${what}.`);
  if (event.action === "deleted") return unwanted(`${event.ref} was deleted: there is nothing to run on.`);
  if (event.after === undefined) {
    return unwanted("This delivery names no commit: the push delivery of the same ref does.");
  }
  return wanted(by, `${event.ref} was ${event.action}.`);
}

function commented(body: string, automation: Pick<Automation, "name" | "on">): Verdict {
  const asked = askedBy(body, automation);
  if (asked !== undefined) return wanted("command", `The comment says "${asked.said}".`);
  const { command } = automation.on;
  const spoken = mentioned(body, "comment", automation.on);
  if (spoken?.wanted === true) return spoken;
  if (command !== undefined) {
    return unwanted(`The comment does not say "/forgehand ${command}" at the start of a line.`);
  }
  return spoken ?? unwanted("The comment does not ask for it.");
}

/** Whether an event tells that a trigger label is gone, or leaves open whether it is: that closes its request. */
export function mayRemoveLabel(event: ForgeEvent, { label }: Trigger): boolean {
  if (label === undefined || (event.kind !== "issue" && event.kind !== "pull_request")) return false;
  if (event.action === "label_updated") return true;
  return event.action === "unlabeled" && event.label !== undefined && sameLabel(event.label, label);
}
