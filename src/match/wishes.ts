import type { Actor, Thread } from "../core/event.ts";
import { sameLabel } from "../core/event.ts";
import { placeKey } from "../core/status.ts";
import { refusalOf } from "./permission.ts";
import type { Question } from "./question.ts";
import { tellsChangeAlone } from "./remembered.ts";

/**
 * Who wants what a label of our family says, by setting it: somebody who may ask for the automation, and never we
 * ourselves. Undefined where nobody does. The forge is asked whether it is still on, since deliveries come late.
 */
export async function wishOf(question: Question, thread: Thread, label: string): Promise<Actor | undefined> {
  const { event, forge, signal } = question;
  const alone = tellsChangeAlone(event);
  if (!alone && !tells(question, "labeled", label)) return undefined;
  if (await isShown(question, thread, label)) return undefined;
  const now = await forge.whoLabelled(event.repo, thread, label, signal);
  if (now.kind === "absent" || (now.kind === "unsupported" && alone)) return undefined;
  const actor = now.kind === "set" ? now.actor : event.actor;
  if (isSame(actor, await forge.self(signal))) return undefined;
  return (await mayAsk(question, actor)) ? actor : undefined;
}

/** Who took a label of our family off that we know to be on; undefined where nobody did who may ask. */
export async function unwishOf(
  question: Question,
  thread: Thread,
  label: string,
): Promise<Actor | undefined> {
  const { event, forge, signal } = question;
  const alone = tellsChangeAlone(event);
  if (alone ? !(await isShown(question, thread, label)) : !tells(question, "unlabeled", label))
    return undefined;
  const now = await forge.whoLabelled(event.repo, thread, label, signal);
  if (now.kind === "set" || (now.kind === "unsupported" && alone)) return undefined;
  if (isSame(event.actor, await forge.self(signal))) return undefined;
  return (await mayAsk(question)) ? event.actor : undefined;
}

/** Whether an event names a label as set or taken off. */
function tells({ event }: Question, action: "labeled" | "unlabeled", label: string): boolean {
  if (event.kind !== "issue" && event.kind !== "pull_request") return false;
  return event.action === action && event.label !== undefined && sameLabel(event.label, label);
}

/** Whether the forge confirmed that it shows a label of our family, which is then nobody's wish. */
async function isShown({ event, automation, forge, store }: Question, thread: Thread, label: string) {
  const family = automation.on.label ?? "";
  const place = { kind: "labels", forge: forge.name, repo: event.repo.id, thread, family } as const;
  return sameLabel((await store.place(placeKey(place)))?.reported ?? "", label);
}

/** Whether somebody may ask for the automation: whoever did what the event tells, if not said. */
export async function mayAsk(
  { event, automation, forge, signal }: Question,
  actor: Actor = event.actor,
): Promise<boolean> {
  return (await refusalOf(forge, { actor, of: event }, automation, signal)) === undefined;
}

/** Whether two accounts are one: by their ids, and by their logins alone where an old server names no ids. */
export function isSame(one: Actor, other: Actor): boolean {
  if (one.id !== "" && other.id !== "") return one.id === other.id;
  return one.login !== "" && one.login.toLowerCase() === other.login.toLowerCase();
}
