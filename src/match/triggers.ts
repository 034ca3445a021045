import type { Trigger } from "../core/automation.ts";
import type { ForgeEvent, Issue, PullRequest, PushEvent, TagEvent } from "../core/event.ts";
import { sameLabel } from "../core/event.ts";

/** How an event is wanted: by which trigger, and why in a sentence. */
export interface Wanted {
  readonly wanted: true;
  readonly by: "label" | "issue" | "pull_request" | "push" | "tag" | "command";
  readonly reason: string;
}

interface Unwanted {
  readonly wanted: false;
  readonly reason: string;
}

const unwanted = (reason: string): Unwanted => ({ wanted: false, reason });
const wanted = (by: Wanted["by"], reason: string): Wanted => ({ wanted: true, by, reason });

/** Which of an automation's triggers an event pulls, if any. */
export function triggered(event: ForgeEvent, on: Trigger): Wanted | Unwanted {
  switch (event.kind) {
    case "issue":
      return labelled(event, event.issue, on) ?? happened("issue", event.action, on.issue);
    case "pull_request":
      return labelled(event, event.pullRequest, on) ?? happened("pull_request", event.action, on.pullRequest);
    case "push":
      return refMoved("push", event, on.push);
    case "tag":
      return refMoved("tag", event, on.tag);
    case "comment":
      return commanded(event.comment.body, on.command);
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

function commanded(body: string, command: string | undefined): Wanted | Unwanted {
  if (command === undefined) return unwanted("It does not act on a comment.");
  const said = commandsIn(body);
  if (said.includes(command.toLowerCase())) {
    return wanted("command", `The comment says "/forgehand ${command}".`);
  }
  return unwanted(`The comment does not say "/forgehand ${command}" at the start of a line.`);
}

/** The commands of a comment: `/forgehand WORD` at the start of a line, outside quotes and code. */
function commandsIn(body: string): string[] {
  const outsideCode = body.replace(/^[ \t]*(```|~~~)[\s\S]*?^[ \t]*\1.*$/gm, "");
  return [...outsideCode.matchAll(/^\/forgehand[ \t]+([\w-]+)[ \t\r]*$/gim)].map((found) =>
    (found[1] ?? "").toLowerCase(),
  );
}

/** Whether an event tells that a trigger label is gone, or leaves open whether it is: that closes its request. */
export function mayRemoveLabel(event: ForgeEvent, { label }: Trigger): boolean {
  if (label === undefined || (event.kind !== "issue" && event.kind !== "pull_request")) return false;
  if (event.action === "label_updated") return true;
  return event.action === "unlabeled" && event.label !== undefined && sameLabel(event.label, label);
}
