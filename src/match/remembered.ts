import type { ForgeEvent } from "../core/event.ts";
import { sameLabel } from "../core/event.ts";
import type { RequestKey } from "../core/store.ts";
import type { Question } from "./question.ts";

/** Whether an event tells that labels were changed, and not which. */
export function tellsChangeAlone(
  event: ForgeEvent,
): event is Extract<ForgeEvent, { kind: "issue" | "pull_request" }> {
  return (event.kind === "issue" || event.kind === "pull_request") && event.action === "label_updated";
}

/**
 * Whether the one who changed labels set the trigger label, where the forge tells neither which label was changed nor who
 * set one: only a label that we remember as absent, by its request, is new. A sentence says why it is not.
 */
export async function isNewTo(
  { event, automation, delivery, store }: Question,
  request: RequestKey,
): Promise<true | string> {
  const { label = "" } = automation.on;
  const kept = await store.request(request);
  // A request that waits for the end of a run is asked about again, by the delivery that opened it.
  const wasAbsent = kept?.state === "closed" || (kept?.state === "open" && kept.delivery === delivery);
  if (wasAbsent && tellsChangeAlone(event) && lists(event, label)) return true;
  if (kept?.state === "answered") return `The label "${label}" was answered already.`;
  return `Nobody can tell who set the label "${label}": take it off and set it again, or ask by a comment instead.`;
}

/** Whether the delivery itself lists the label; one that is on it now, but not in there, was set later. */
function lists(event: Extract<ForgeEvent, { kind: "issue" | "pull_request" }>, label: string): boolean {
  const { labels } = event.kind === "issue" ? event.issue : event.pullRequest;
  return labels.some((one) => sameLabel(one, label));
}
