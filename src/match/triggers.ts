import type { Automation, Trigger } from "../core/automation.ts";
import type { ForgeEvent, Issue, PullRequest, PushEvent, TagEvent } from "../core/event.ts";
import { sameLabel } from "../core/event.ts";
import { askedBy } from "./commands.ts";

/** How an event is wanted: by which trigger, and why in a sentence. */
export interface Wanted {
  readonly wanted: true;
  readonly by: "label" | "issue" | "pull_request" | "push" | "tag" | "command" | "schedule" | "manual";
  readonly reason: string;
}

interface Unwanted {
  readonly wanted: false;
  readonly reason: string;
}

const unwanted = (reason: string): Unwanted => ({ wanted: false, reason });
const wanted = (by: Wanted["by"], reason: string): Wanted => ({ wanted: true, by, reason });

/** Which of an automation's triggers an event pulls, if any. */
export function triggered(event: ForgeEvent, automation: Pick<Automation, "name" | "on">): Wanted | Unwanted {
  const { on } = automation;
  switch (event.kind) {
    case "issue":
      return (
        labelled(event, event.issue, on) ??
        begun("issue", event.action, event.issue, on) ??
        happened("issue", event.action, on.issue)
      );
    case "pull_request":
      return (
        labelled(event, event.pullRequest, on) ??
        begun("pull_request", event.action, event.pullRequest, on) ??
        happened("pull_request", event.action, on.pullRequest)
      );
    case "push":
      return refMoved("push", event, on.push);
    case "tag":
      return refMoved("tag", event, on.tag);
    case "comment":
      return commanded(event.comment.body, automation);
    case "review":
    case "check":
      return unwanted(`It does not act on a ${event.kind}.`);
    case "schedule":
      return event.automation === automation.name
        ? wanted("schedule", `The time of its schedule has come: ${event.at}.`)
        : unwanted(`It was the time of another automation: ${event.automation}.`);
    case "manual":
      return event.automation === automation.name
        ? wanted("manual", `It was started by hand.`)
        : unwanted(`Another automation was started by hand: ${event.automation}.`);
  }
}

/**
 * A label counts when it was just set, and when it is simply there on something open: a delivery may have been missed,
 * and the request row keeps one label from starting two runs. Where a forge tells only that labels were changed
 * (`label_updated`), it is asked: the list in such a delivery can be older, or empty. Undefined: the label trigger says
 * nothing.
 */
function labelled(
  event: { action: string; label?: string },
  subject: Issue | PullRequest,
  { label }: Trigger,
): Wanted | Unwanted | undefined {
  if (label === undefined) return undefined;
  const named = event.label !== undefined && sameLabel(event.label, label);
  if (named && event.action === "labeled") return wanted("label", `The label "${label}" was set.`);
  if (named && event.action === "unlabeled") {
    return unwanted(`The label "${label}" was removed, which closes its request.`);
  }
  if (event.action === "labeled") return unwanted(`Another label was set: "${event.label ?? ""}".`);
  if (subject.state !== "open") return undefined;
  if (event.action === "label_updated") {
    return wanted("label", `Labels were changed: the forge is asked whether "${label}" is on it now.`);
  }
  const there = subject.labels.some((one) => sameLabel(one, label));
  return there ? wanted("label", `The label "${label}" is on it.`) : undefined;
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
): Wanted | Unwanted {
  const what = by === "issue" ? "issue" : "pull request";
  if (actions?.includes(action) === true) return wanted(by, `The ${what} was ${PAST[action] ?? action}.`);
  return unwanted(`It does not act on "${action}" of an ${what}.`.replace("an pull", "a pull"));
}

const PAST: Readonly<Record<string, string>> = { ready: "marked as ready", draft: "turned into a draft" };

function refMoved(
  by: "push" | "tag",
  event: PushEvent | TagEvent,
  asked: boolean | undefined,
): Wanted | Unwanted {
  const what = by === "push" ? "push" : "tag";
  if (asked !== true) return unwanted(`It does not act on a ${what}.`);
  if (event.action === "deleted") return unwanted(`${event.ref} was deleted: there is nothing to run on.`);
  if (event.after === undefined) {
    return unwanted("This delivery names no commit: the push delivery of the same ref does.");
  }
  return wanted(by, `${event.ref} was ${event.action}.`);
}

function commanded(body: string, automation: Pick<Automation, "name" | "on">): Wanted | Unwanted {
  const asked = askedBy(body, automation);
  if (asked !== undefined) return wanted("command", `The comment says "${asked.said}".`);
  const { command } = automation.on;
  if (command === undefined) return unwanted("The comment does not ask for it.");
  return unwanted(`The comment does not say "/forgehand ${command}" at the start of a line.`);
}

/** Whether an event tells that a trigger label is gone, or leaves open whether it is: that closes its request. */
export function mayRemoveLabel(event: ForgeEvent, { label }: Trigger): boolean {
  if (label === undefined || (event.kind !== "issue" && event.kind !== "pull_request")) return false;
  if (event.action === "label_updated") return true;
  return event.action === "unlabeled" && event.label !== undefined && sameLabel(event.label, label);
}
