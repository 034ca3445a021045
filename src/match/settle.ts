import type { Automation, Match } from "../core/automation.ts";
import type { Actor, CommentEvent, ForgeEvent, PullRequest, PullRequestEvent } from "../core/event.ts";
import { numberOf, sameLabel, shaOf } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { Run } from "../core/run.ts";
import type { RequestKey, Store } from "../core/store.ts";
import { unfitPullRequest } from "./decide.ts";
import { runKey } from "./key.ts";
import { refusalOf } from "./permission.ts";
import type { Plan } from "./plan.ts";
import { wantedRun } from "./plan.ts";

/** Runs that may follow from one another before Forgehand stops the chain. */
const MOST_FOLLOW_UPS = 3;

/** One event beside one automation that wants it, and whom to ask about it. */
export interface Question {
  readonly event: ForgeEvent;
  readonly automation: Automation;
  readonly match: Match;
  readonly delivery: string;
  readonly store: Store;
  readonly forge: Forge;
  readonly signal: AbortSignal;
}

type Asker = { actor: Actor; depth: number; label?: string; labelling?: string };

/** Ask the forge what the event could not tell, and plan what follows. Writes nothing. */
export async function settle(question: Question): Promise<Plan> {
  const { event, automation, match, forge, signal } = question;
  const subject = await withHead(question);
  if (typeof subject === "string") return drop(match, subject);

  const asker = await whoAsks(question, subject);
  if (typeof asker === "string") return drop(match, asker);

  const refused = await refusalOf(forge, event.repo, asker.actor, automation, signal);
  if (refused !== undefined) return refuse(question, asker, refused);
  return begin(question, subject, asker);
}

const drop = (match: Match, reason: string): Plan => ({ kind: "nothing", match, outcome: "dropped", reason });

/** The event with its pull request as the forge has it, where the delivery did not name the head; or why it is dropped. */
async function withHead({ event, automation, match, forge, signal }: Question): Promise<ForgeEvent | string> {
  if (!match.stillToAsk.includes("head")) return event;
  const partial = event as (CommentEvent | PullRequestEvent) & { pullRequest: PullRequest };
  const pullRequest = await forge.pullRequest(event.repo, partial.pullRequest.number, signal);
  return unfitPullRequest(pullRequest, automation) ?? { ...partial, pullRequest };
}

/** Whose permission counts: who set the label, who asked for the run that our push came from, else who did it. */
async function whoAsks(question: Question, subject: ForgeEvent): Promise<Asker | string> {
  const { event, match } = question;
  if (match.stillToAsk.includes("label")) return whoLabelled(question);
  if (event.kind === "push" || event.kind === "tag") {
    return (await pushedByUs(question)) ? "Forgehand pushed this itself." : { actor: event.actor, depth: 0 };
  }
  const cause = event.kind === "pull_request" ? await runBehind(question, shaOf(subject)) : undefined;
  if (cause === undefined) return { actor: event.actor, depth: 0 };
  if (cause.depth >= MOST_FOLLOW_UPS) {
    return `Run ${cause.id} is follow-up number ${cause.depth} already: the chain ends here.`;
  }
  return { actor: cause.actor, depth: cause.depth + 1 };
}

async function whoLabelled({ event, automation, forge, signal }: Question): Promise<Asker | string> {
  const label = automation.on.label ?? "";
  const number = numberOf(event) ?? 0;
  const set = await forge.whoLabelled(event.repo, number, label, signal);
  if (set.kind === "set") return { actor: set.actor, depth: 0, label, labelling: set.eventId };
  if (set.kind === "absent") return `The label "${label}" is not on it any more.`;
  const named = "label" in event && event.label !== undefined && sameLabel(event.label, label);
  if (named && event.action === "labeled") return { actor: event.actor, depth: 0, label };
  return `Nobody can tell who set the label "${label}": ask by a comment instead.`;
}

/** Our own push: a run recorded its commit, or is pushing to this very branch right now. */
async function pushedByUs({ event, forge, store }: Question): Promise<boolean> {
  if (event.kind !== "push") return false;
  const sha = event.after ?? "";
  if ((await store.runThatPushed(forge.name, event.repo.id, sha)) !== undefined) return true;
  const running = await store.runs({ forge: forge.name, repo: event.repo.id, state: "running", limit: 200 });
  return running.some(({ branch }) => branch !== undefined && event.ref === `refs/heads/${branch}`);
}

async function runBehind(
  { event, forge, store }: Question,
  sha: string | undefined,
): Promise<Run | undefined> {
  return sha === undefined ? undefined : store.runThatPushed(forge.name, event.repo.id, sha);
}

function requestKey({ event, automation, forge }: Question): RequestKey {
  return {
    automation: automation.name,
    forge: forge.name,
    repo: event.repo.id,
    number: numberOf(event) ?? 0,
  };
}

/** Requests (label, command) are refused with a comment; whatever else happened without permission is only dropped. */
function refuse(question: Question, asker: Asker, reason: string): Plan {
  const { event, match, automation } = question;
  if (asker.label === undefined && event.kind !== "comment") return drop(match, reason);
  const { forge, repo, number } = requestKey(question);
  const what = asker.label === undefined ? "this command" : `the label "${asker.label}"`;
  return {
    kind: "refuse",
    match,
    refusal: {
      forge,
      repo,
      number,
      repoName: event.repo.fullName,
      actor: asker.actor,
      text: `Nothing was started for ${what} (${automation.name}). ${reason}`,
    },
    request: asker.label === undefined ? undefined : labelRequest(question, asker),
  };
}

function labelRequest(question: Question, { labelling }: Asker) {
  return { ...requestKey(question), labelling };
}

function begin(question: Question, subject: ForgeEvent, asker: Asker): Plan {
  const { event, automation, match, delivery, forge } = question;
  const sha = shaOf(subject);
  const number = numberOf(event);
  const run = wantedRun(subject, automation, {
    forge: forge.name,
    delivery,
    actor: asker.actor,
    depth: asker.depth,
    label: asker.label,
    sha,
    number,
    ref: "ref" in event ? event.ref : undefined,
  });
  const onPullRequest = "pullRequest" in subject && subject.pullRequest !== undefined;
  return {
    kind: "start",
    match,
    run,
    cause:
      asker.label === undefined
        ? { key: runKey(automation.name, forge.name, event, { sha, delivery }) }
        : { request: labelRequest(question, asker) },
    cancelsOlder: onPullRequest && automation.concurrency === "newest",
    alone: !onPullRequest && number !== undefined,
  };
}
