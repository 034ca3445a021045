import type { Decision, Match } from "../core/decision.ts";
import type { Actor, ForgeEvent, Thread } from "../core/event.ts";
import { actorName, isNobody, isOperator, threadKey, threadName } from "../core/event.ts";
import type { Run } from "../core/run.ts";
import { cut } from "../core/text.ts";
import { meansUs } from "./account.ts";
import { means } from "./commands.ts";
import type { Urge } from "./follow-up.ts";
import { passes } from "./globs.ts";
import { followUpKey } from "./key.ts";
import { isMachine, refusalOf } from "./permission.ts";
import type { Plan } from "./plan.ts";
import { wantedRun } from "./plan.ts";
import type { Question } from "./question.ts";
import type { Asked } from "./spent.ts";
import type { Work } from "./work.ts";
import { findWork } from "./work.ts";
import { isSame } from "./wishes.ts";

/** When an event was received, and what was decided about it before. */
export interface Earlier {
  readonly receivedAt: Date;
  readonly before: Decision | undefined;
}

/** A follow-up with all that was found out about it. */
interface Following extends Question {
  readonly urge: Urge;
  readonly work: Work;
}

/** Who asks for a follow-up, and how many runs led to it. */
interface Asker {
  readonly actor: Actor;
  readonly depth: number;
}

/**
 * What becomes of an event that urges an agent on; undefined where it is about no work of the automation's, so that its
 * triggers decide alone. What is said while a run is active waits until that is over.
 */
export async function planFollowUp(
  question: Question,
  urge: Urge,
  earlier: Earlier,
): Promise<Plan | undefined> {
  const { event } = urge;
  if (!(await isForUs(question, urge))) return undefined;
  const work = await findWork(question, event, earlier.receivedAt);
  if (work === undefined) return undefined;
  const match = matchOf(question.match, urge, work);
  const following = { ...question, match, urge, work };
  // A check that nobody requires may still be one that a trigger of the automation waits for.
  if (question.match.matched && !(await isRequired(following))) return undefined;
  const stopped = (await whyOver(following)) ?? whyAnswered(following, earlier);
  if (stopped !== undefined) {
    const { reason, run } = stopped;
    question.steps.stopped("asker", reason);
    return { ...drop(following, reason, earlier), ...(run === undefined ? {} : { run: run.id }) };
  }
  const asker = askerOf(following);
  question.steps.passed("asker", `${actorName(asker.actor)} counts as the one who asks.`);
  const refused = await refusalOf(
    question.forge,
    { actor: asker.actor, of: event },
    question.automation,
    question.signal,
  );
  if (refused !== undefined) {
    question.steps.stopped("permission", refused);
    return refuse(following, refused, earlier);
  }
  question.steps.passed("permission", `${actorName(asker.actor)} may ask for it.`);
  if (asker.depth > question.automation.followUp.depth) return endChain(following);
  return start(following, asker);
}

/** Whether a comment speaks to the account that Forgehand has there; what is no comment speaks to nobody. */
async function isForUs(question: Question, { event, to }: Urge): Promise<boolean> {
  const { forge, signal } = question;
  if (event.kind === "check") return true;
  // The operator is no account of a forge.
  if (isNobody(event.actor) || isOperator(event.actor)) return false;
  if (event.kind === "review") return !isSame(event.actor, await forge.self(signal));
  if (to === undefined) return true;
  return to === "mention" ? meansUs(question) : means(to.mentioned, await forge.self(signal));
}

function matchOf(match: Match, { reason }: Urge, { thread, runs }: Work): Match {
  const [{ id }] = runs;
  const where =
    thread.kind === "issue"
      ? `Its run is at ${threadName(thread)}.`
      : `Run ${id} of it worked on ${threadName(thread)}.`;
  return { ...match, matched: true, reason: `${reason} ${where}`, stillToAsk: ["permission", "head"] };
}

/** Why nothing follows on the work any more; undefined where something may. */
async function whyOver(following: Following): Promise<{ reason: string; run?: Run } | undefined> {
  const { forge, signal, urge, work } = following;
  const { event } = urge;
  const { thread, pullRequest } = work;
  if (pullRequest === undefined) {
    const issue = await forge.issue(event.repo, thread.number, signal);
    return issue !== "unsupported" && issue.state === "closed"
      ? { reason: `The ${threadName(thread)} is closed: nothing follows on it any more.` }
      : undefined;
  }
  if (pullRequest.state !== "open") {
    return { reason: `The ${threadName(thread)} is ${pullRequest.state}: nothing follows on it any more.` };
  }
  if (event.kind !== "check") return undefined;
  if (pullRequest.headSha !== event.check.sha) {
    return { reason: "The pull request has a newer head already." };
  }
  if (await isRequired(following)) return undefined;
  const target = pullRequest.target?.branch ?? "its branch";
  return {
    reason: `The check "${cut(event.check.name, 100)}" is not required for ${target}, so nothing follows from it.`,
  };
}

/** Whether a check is one that the forge requires, as far as it tells; what is no check is. */
async function isRequired({ forge, signal, urge, work }: Following): Promise<boolean> {
  const { event } = urge;
  const target = work.pullRequest?.target?.branch;
  if (event.kind !== "check" || target === undefined) return true;
  const required = await forge.requiredChecks(event.repo, target, signal);
  return required === "unsupported" || isAmong(event.check.name, required);
}

/** Gitea takes patterns for the names of required checks: https://docs.gitea.com/usage/protected-branches. */
function isAmong(name: string, required: readonly string[]): boolean {
  return required.length > 0 && passes(name, { include: required, exclude: [] }, "text");
}

/** Why an event needs no run of its own: another one has it before its eyes, or somebody ended the work after it. */
function whyAnswered(
  { urge, work }: Following,
  { receivedAt, before }: Earlier,
): { reason: string; run?: Run } | undefined {
  if (before?.outcome !== "waits") return undefined;
  const [newest] = work.runs;
  const { createdAt, finishedAt, state, id } = newest;
  // A run is shown all that was said on its thread before it began. Checks are in no conversation.
  const shown = work.runs.find((run) => isOn(run, work.thread) && run.createdAt > receivedAt);
  if (urge.event.kind !== "check" && shown !== undefined) {
    return { reason: `Run ${shown.id} began after it, and has it before its eyes.`, run: shown };
  }
  const ended = state === "cancelled" && createdAt <= receivedAt && finishedAt !== undefined;
  return ended && finishedAt > receivedAt ? { reason: `Run ${id} was cancelled after that.` } : undefined;
}

function isOn({ thread }: Run, on: Thread): boolean {
  return thread !== undefined && threadKey(thread) === threadKey(on);
}

/**
 * Who asks: whoever says something by their own right; for a check whoever asked for the run whose work it looked at. A
 * person begins a chain anew, and nobody else does.
 */
function askerOf({ urge: { event }, work }: Following): Asker {
  const [newest] = work.runs;
  if (event.kind === "check") {
    const { actor, depth } = work.checked ?? newest;
    return { actor, depth: depth + 1 };
  }
  return { actor: event.actor, depth: isMachine(event.actor) ? newest.depth + 1 : 0 };
}

function drop(
  { match, urge, work, forge }: Following,
  reason: string,
  { before }: Earlier,
): Plan & { kind: "nothing" } {
  const place = { forge: forge.name, repo: urge.event.repo.id, thread: work.thread };
  // Whoever waits was told so.
  const told = before?.outcome === "waits" && urge.event.kind !== "check";
  return { kind: "nothing", match, outcome: "dropped", reason, ...(told ? { ends: place } : {}) };
}

/** Who asks in so many words is refused with one comment; a review is merely dropped. */
function refuse(following: Following, reason: string, earlier: Earlier): Plan {
  const asked = askedOf(following);
  if (asked === undefined) return drop(following, reason, earlier);
  const { said, ...refusal } = asked;
  const text = `Nothing was started for ${said} (${following.automation.name}). ${reason}`;
  return { kind: "refuse", match: following.match, refusal: { ...refusal, text } };
}

/** Whom to tell where nothing is started; undefined where nobody asked in so many words. */
function askedOf({ forge, urge, work }: Following): Asked | undefined {
  const { event, to } = urge;
  if (event.kind !== "comment") return undefined;
  const { repo, actor } = event;
  const said = to === "mention" ? "this mention" : "this command";
  return { forge: forge.name, repo: repo.id, repoName: repo.fullName, thread: work.thread, actor, said };
}

/** The comment of the last run says that nothing follows on it by itself, and how it goes on. */
function endChain({ match, steps, urge, work, automation }: Following): Plan {
  const [{ id }] = work.runs;
  const { depth } = automation.followUp;
  const what =
    urge.event.kind === "check"
      ? `The check "${cut(urge.event.check.name, 100)}" failed on it.`
      : "A machine asked for more.";
  const runs = depth === 1 ? "One run has" : `${depth} runs have`;
  const said = `${runs} followed by themselves already: nothing more is started until a person asks.`;
  steps.stopped("depth", `${what} ${said}`);
  return { kind: "end chain", match, run: id, what, said };
}

function start(following: Following, { actor, depth }: Asker): Plan {
  const { match, urge, work, automation, forge, delivery, groupOf } = following;
  const { event } = urge;
  const { thread, pullRequest, runs } = work;
  const [{ id }] = runs;
  const subject: ForgeEvent = pullRequest === undefined ? event : { ...event, pullRequest };
  const run = wantedRun(subject, automation, {
    groupOf,
    forge: forge.name,
    delivery,
    actor,
    depth,
    follows: id,
    sha: pullRequest?.headSha,
  });
  const threads = new Map(
    [thread, ...runs.flatMap((one) => one.thread ?? [])].map((one) => [threadKey(one), one]),
  );
  return {
    kind: "start",
    match,
    run,
    cause: { key: followUpKey(automation.name, forge.name, event) },
    cancelsOlder: false,
    alone: false,
    rules: automation,
    asked: askedOf(following),
    after: [...threads.values()],
  };
}
