import type { Allow, Automation } from "../core/automation.ts";
import type { Match } from "../core/decision.ts";
import type { CommentEvent, Thread } from "../core/event.ts";
import { threadOf } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { Refs } from "../core/refs.ts";
import type { Run } from "../core/run.ts";
import type { Store } from "../core/store.ts";
import { code } from "../core/text.ts";
import type { Spoken } from "./commands.ts";
import { isAskedFor, spokenIn } from "./commands.ts";
import { unserved } from "./decide.ts";
import type { GroupOf, Plan } from "./plan.ts";
import type { Asked } from "./spent.ts";

/** A comment that says something to Forgehand itself, as far as the event tells. */
export interface Said {
  readonly event: CommentEvent;
  readonly thread: Thread;
  readonly spoken: Spoken;
  /** The automations that serve the repository of the comment. */
  readonly automations: readonly Automation[];
}

/** The same, and whom to ask about it. */
export interface Talk extends Said {
  /** Index of the event in the reading. */
  readonly index: number;
  readonly delivery: string;
  readonly store: Store;
  readonly forge: Forge;
  readonly signal: AbortSignal;
  readonly refs: Refs;
  readonly groupOf: GroupOf;
}

/** Runs of an issue or pull request that are looked through, newest first. */
const RUNS_LOOKED_AT = 50;

/** Who is let in where the config knows an automation no more. */
export const WRITERS: Allow = { permission: "write", users: [], teams: [], bots: [] };

/** What a comment says to Forgehand itself, where any automation serves its repository. Our own comments say nothing. */
export function saidIn(
  event: CommentEvent,
  automations: readonly Automation[],
  forge: string,
): Said | undefined {
  const serving = automations.filter((automation) => unserved(event, automation, forge) === undefined);
  const spoken = serving.length === 0 ? undefined : spokenIn(event.comment.body);
  const thread = threadOf(event);
  return spoken && thread && { event, spoken, automations: serving, thread };
}

/** The one automation that `run` without a name means; undefined where none or several may be asked for. */
export function meantByRun({ spoken, automations }: Said): Automation | undefined {
  if (spoken.word !== "run" || spoken.argument !== undefined) return undefined;
  const [one, ...others] = automations.filter(({ on }) => isAskedFor(on));
  return others.length === 0 ? one : undefined;
}

/** The match of a command: of an automation, or of Forgehand itself, which stands under the command. */
export function matchOf({ index, spoken }: Pick<Talk, "index" | "spoken">, automation?: string): Match {
  const reason = `The comment says "${spoken.said}".`;
  return {
    automation: automation ?? `/forgehand ${spoken.word ?? "…"}`,
    event: index,
    matched: true,
    reason: spoken.word === undefined ? `${reason} That is not a command.` : reason,
    stillToAsk: ["permission"],
  };
}

/** The last runs of the issue or pull request, newest first, that a command means: by number or automation, or any. */
export async function runsMeant({ event, forge, store, thread, spoken }: Talk): Promise<Run[]> {
  const place = { forge: forge.name, repo: event.repo.id, thread };
  const runs = await store.runs({ ...place, limit: RUNS_LOOKED_AT });
  const { argument } = spoken;
  if (argument === undefined) return runs;
  return runs.filter(
    ({ id, automation }) =>
      automation.toLowerCase() === argument.toLowerCase() || argument.replace(/^#/, "") === String(id),
  );
}

/** Let the comment say something to whoever gave the command. `once`: unless it was said there before. */
export function planAnswer(talk: Talk, text: string, once = false): Plan {
  const { event, forge, thread } = talk;
  const { repo, actor } = event;
  const answer = { forge: forge.name, repo: repo.id, repoName: repo.fullName, thread, actor, text };
  return { kind: "answer", match: matchOf(talk), once, answer };
}

/** Whom to tell where a command that may be carried out starts nothing after all. */
export function askedBySaying({ event, forge, thread, spoken }: Talk): Asked {
  const { repo, actor } = event;
  const said = `\`${code(spoken.said)}\``;
  return { forge: forge.name, repo: repo.id, repoName: repo.fullName, thread, actor, said };
}

/** Say why there is nothing to do for a command. */
export function planNothing(talk: Talk, why: string): Plan {
  return planAnswer(talk, `\`${code(talk.spoken.said)}\`: ${why}`);
}

/** Refuse a command, with one comment for the issue or pull request. */
export function planRefusal(talk: Talk, reason: string): Plan {
  const { event, forge, thread, spoken } = talk;
  const { repo, actor } = event;
  const text = `Nothing was done for \`${code(spoken.said)}\`. ${reason}`;
  const refusal = { forge: forge.name, repo: repo.id, repoName: repo.fullName, thread, actor, text };
  return { kind: "refuse", match: matchOf(talk), refusal };
}
