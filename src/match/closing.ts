import { threadOf } from "../core/event.ts";
import type { RequestKey } from "../core/store.ts";
import type { Plan } from "./plan.ts";
import type { Question } from "./question.ts";
import { planAbsence, tellsChangeAlone } from "./remembered.ts";

/**
 * What becomes of an event that may have taken a trigger label off: its request closes, unless the label is on it
 * (deliveries come late and in any order). The forge is asked only where there is something to close or to remember.
 */
export async function planRemoval(question: Question): Promise<Plan> {
  const { event, automation, match, forge, signal } = question;
  const { label } = automation.on;
  const thread = threadOf(event);
  const untouched: Plan = { kind: "nothing", match, outcome: "not matched", reason: match.reason };
  if (thread === undefined || label === undefined) return untouched;
  const request = { automation: automation.name, forge: forge.name, repo: event.repo.id, thread };
  const closing = await planClosing(question, request);
  if (closing === undefined) return untouched;
  const now = await forge.whoLabelled(event.repo, thread, label, signal);
  return now.kind === "absent" ? closing : { ...untouched, reason: `The label "${label}" is on it now.` };
}

/**
 * The plan that closes a request whose label is gone; undefined where none is left to close. Where a forge tells only that
 * labels were changed, a label without a request is remembered as absent, so that it is known for new later.
 */
export async function planClosing(question: Question, request: RequestKey): Promise<Plan | undefined> {
  const { event, match, automation, store } = question;
  const kept = await store.request(request);
  if (kept === undefined) return tellsChangeAlone(event) ? planAbsence(question, request) : undefined;
  if (kept.state === "closed") return undefined;
  const reason = `The label "${automation.on.label ?? ""}" is gone, which closes its request.`;
  return { kind: "close request", match: { ...match, matched: false, stillToAsk: [], reason }, request };
}
