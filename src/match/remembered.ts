import type { ForgeEvent } from "../core/event.ts";
import { sameLabel } from "../core/event.ts";
import type { RequestKey } from "../core/store.ts";
import type { Plan } from "./plan.ts";
import type { Question } from "./question.ts";

/** Whether an event tells that labels were changed, and not which. */
export function tellsChangeAlone(
  event: ForgeEvent,
): event is Extract<ForgeEvent, { kind: "issue" | "pull_request" }> {
  return (event.kind === "issue" || event.kind === "pull_request") && event.action === "label_updated";
}

/** The plan that remembers a label as absent, of which there is no request yet. */
export function planAbsence({ match, automation }: Question, request: RequestKey): Plan {
  const reason = `The label "${automation.on.label ?? ""}" is not on it, which is remembered.`;
  return {
    kind: "remember absence",
    match: { ...match, matched: false, stillToAsk: [], reason },
    request,
  };
}

/**
 * Whether the one who changed labels set the trigger label, where the forge tells neither which label was changed nor who
 * set one: only a label that we remember as absent, by its request, is new. What else there is to do, or a sentence that
 * says why it is not.
 */
export async function isNewTo(question: Question, request: RequestKey): Promise<true | Plan | string> {
  const { event, automation, delivery, store } = question;
  const { label = "" } = automation.on;
  const kept = await store.request(request);
  if (kept?.state === "answered") return `The label "${label}" was answered already.`;
  if (tellsChangeAlone(event)) {
    // A request that waits for the end of a run is asked about again, by the delivery that opened it.
    const wasAbsent = kept?.state === "closed" || kept?.delivery === delivery;
    if (wasAbsent && lists(event, label)) return true;
    // It was set since: the delivery that tells of that is on its way.
    if (kept === undefined && !lists(event, label)) return planAbsence(question, request);
  }
  return `Nobody can tell who set the label "${label}": take it off and set it again, or ask by a comment instead.`;
}

/** Whether the delivery itself lists the label; one that is on it now, but not in there, was set later. */
function lists(event: Extract<ForgeEvent, { kind: "issue" | "pull_request" }>, label: string): boolean {
  const { labels } = event.kind === "issue" ? event.issue : event.pullRequest;
  return labels.some((one) => sameLabel(one, label));
}
