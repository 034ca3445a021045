import { pullRequestOf } from "../core/own-code.ts";
import type { CheckEvent, PullRequest, Thread } from "../core/event.ts";
import { threadOf } from "../core/event.ts";
import type { Run } from "../core/run.ts";
import type { Urging } from "./follow-up.ts";
import type { Question } from "./question.ts";

/** What an agent did for an automation, and may go on with. */
export interface Work {
  /** Where the next run of it belongs. */
  readonly thread: Thread;
  /** The pull request as it is now; absent on an issue. */
  readonly pullRequest?: PullRequest;
  /** Runs of the automation that are at it or were, newest first. */
  readonly runs: readonly [Run, ...Run[]];
  /** The run that pushed what a check looked at. */
  readonly checked?: Run;
}

/** Runs of a thread that are looked through. */
const RUNS_LOOKED_AT = 50;

/**
 * The work of the automation that an event is about, by what we recorded and never by the account alone; undefined where
 * there is none. `at`: when the event was received. On an issue only work that was under way then counts: what is said
 * there later belongs to nobody.
 */
export async function findWork(question: Question, event: Urging, at: Date): Promise<Work | undefined> {
  if (!(await hasRun(question))) return undefined;
  if (event.kind === "check") return checkedWork(question, event);
  const told = pullRequestOf(event);
  if (told === undefined) return workUnderWay(question, event, at);
  const { forge, signal } = question;
  const pullRequest = { ...told, ...(await forge.pullRequest(event.repo, told.number, signal, told)) };
  const runs = await runsBehind(question, pullRequest);
  return runs && { thread: { kind: "pull_request", number: told.number }, pullRequest, runs };
}

/** Most of what people say is about nothing of ours: then no forge is asked. */
async function hasRun({ store, forge, event, automation }: Question): Promise<boolean> {
  const place = { forge: forge.name, repo: event.repo.id, automation: automation.name };
  return (await store.runs({ ...place, limit: 1 })).length > 0;
}

async function workUnderWay(question: Question, event: Urging, at: Date): Promise<Work | undefined> {
  const thread = threadOf(event);
  if (thread === undefined) return undefined;
  const [newest, ...older] = await runsOn(question, thread);
  if (newest === undefined) return undefined;
  const isUnderWay = ({ publishes, createdAt, finishedAt }: Run): boolean =>
    publishes && createdAt <= at && (finishedAt === undefined || finishedAt >= at);
  return [newest, ...older].some(isUnderWay) ? { thread, runs: [newest, ...older] } : undefined;
}

/** The pull request that shows the commit of a check, where a run of the automation pushed that commit. */
async function checkedWork(question: Question, event: CheckEvent): Promise<Work | undefined> {
  const { store, forge, signal, automation } = question;
  const { repo, check } = event;
  const checked = await store.runThatPushed(forge.name, repo.id, check.sha);
  if (checked?.automation !== automation.name || checked.branch === undefined) return undefined;
  const on = checked.thread?.kind === "pull_request" ? checked.thread.number : undefined;
  // A check may fail in the moment between the push and the end of the run, which knows the pull request only then.
  const number =
    checked.pullRequest?.number ?? on ?? (await forge.findPullRequest(repo, checked.branch, signal))?.number;
  if (number === undefined) return undefined;
  const pullRequest = await forge.pullRequest(repo, number, signal, event.pullRequest);
  const [newest = checked, ...older] = (await runsBehind(question, pullRequest)) ?? [];
  return {
    thread: { kind: "pull_request", number },
    pullRequest,
    runs: [newest, ...older],
    checked,
  };
}

/**
 * Runs of the automation behind a pull request, where it is the one whose run opened it or was the first to push to it.
 * A branch of the same name may have carried another pull request before.
 */
async function runsBehind(
  question: Question,
  { number, source, fork }: PullRequest,
): Promise<[Run, ...Run[]] | undefined> {
  const { store, forge, event, automation } = question;
  if (fork !== false || source === undefined) return undefined;
  const pushed = await store.runsOfBranch(forge.name, event.repo.id, source.branch);
  const behind = pushed.filter(
    ({ pullRequest }) => pullRequest === undefined || pullRequest.number === number,
  );
  if (behind.at(-1)?.automation !== automation.name) return undefined;
  const beside = await runsOn(question, { kind: "pull_request", number });
  const all = new Map([...behind, ...beside].map((run) => [run.id, run]));
  const [newest, ...older] = [...all.values()]
    .filter((run) => run.automation === automation.name && run.publishes)
    .sort((one, other) => other.id - one.id);
  return newest && [newest, ...older];
}

function runsOn({ store, forge, event, automation }: Question, thread: Thread): Promise<Run[]> {
  const place = { forge: forge.name, repo: event.repo.id, automation: automation.name };
  return store.runs({ ...place, thread, limit: RUNS_LOOKED_AT });
}
