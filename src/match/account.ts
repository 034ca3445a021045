import type { ForgeEvent } from "../core/event.ts";
import { sameLabel, threadOf } from "../core/event.ts";
import { LABEL_SUFFIXES, placeKey } from "../core/status.ts";
import { means } from "./commands.ts";
import { mentionsIn } from "./mentions.ts";
import type { Question } from "./question.ts";

/**
 * Whether the account that an event mentions, or that something was assigned to, is ours. A text that gives us a command
 * mentions us in another way.
 */
export async function meansUs({ event, forge, signal }: Question): Promise<boolean> {
  const self = await forge.self(signal);
  if ("assignee" in event && event.action === "assigned" && event.assignee !== undefined) {
    const { id, login } = event.assignee;
    return id === "" ? means(login, self) : id === self.id;
  }
  const { named, commanded } = mentionsIn(textOf(event));
  const isUs = (name: string): boolean => means(name, self);
  if (event.kind !== "comment") return [...named, ...commanded].some(isUs);
  return !commanded.some(isUs) && named.some(isUs);
}

function textOf(event: ForgeEvent): string {
  if (event.kind === "comment") return event.comment.body;
  const thread = "pullRequest" in event ? event.pullRequest : "issue" in event ? event.issue : undefined;
  return thread === undefined ? "" : `${thread.title}\n\n${thread.body}`;
}

/**
 * Whether we set or took off the label that an event names: a label of the family of a run there, or the trigger label
 * of one, which we take off ourselves. People do that with trigger labels too, so there the account counts as well.
 */
export async function labelledByUs({ event, forge, store, signal }: Question): Promise<boolean> {
  if ((event.kind !== "issue" && event.kind !== "pull_request") || event.label === undefined) return false;
  const { label, repo, actor } = event;
  const thread = threadOf(event);
  if (thread === undefined) return false;
  const suffix = LABEL_SUFFIXES.find((one) => label.toLowerCase().endsWith(` ${one}`));
  const trigger = suffix === undefined ? label : label.slice(0, -suffix.length - 1);
  const shown = { kind: "labels", forge: forge.name, repo: repo.id, thread, family: trigger } as const;
  if ((await store.runsAt(placeKey(shown))).length === 0) return false;
  if (!sameLabel(label, trigger)) return true;
  return actor.id !== "" && actor.id === (await forge.self(signal)).id;
}
