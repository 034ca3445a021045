import type { ForgeEvent, Thread } from "../core/event.ts";
import { sameLabel, threadName, threadOf } from "../core/event.ts";
import type { Run } from "../core/run.ts";
import { isOver } from "../core/run.ts";
import type { LabelSuffix } from "../core/status.ts";
import { placeKey } from "../core/status.ts";
import { isSame, mayAsk, wishOf } from "./wishes.ts";
import { planHold } from "./pausing.ts";
import type { Plan } from "./plan.ts";
import type { Question } from "./question.ts";
import { tellsChangeAlone } from "./remembered.ts";
import { mayRemoveLabel } from "./triggers.ts";

/** The label that shows that a run of a trigger label is under way. */
const processing = (label: string): string => `${label} processing`;
/** The label that shows that a run was cancelled, and by which somebody wants that. */
const stopped = (label: string): string => `${label} stopped`;

/** Runs of a thread that are looked through for active ones. */
const RUNS_LOOKED_AT = 50;

/**
 * Whether an event may tell that nobody wants a run any more, or not now: its label or the one that shows it is gone, one
 * of its family was set that says so, its issue or pull request is closed, or somebody was unassigned.
 */
export function mayStop(event: ForgeEvent, { label }: { label?: string }): boolean {
  if (event.kind !== "issue" && event.kind !== "pull_request") return false;
  if (isClosing(event) || event.action === "unassigned") return true;
  if (label === undefined) return false;
  if (mayRemoveLabel(event, { label })) return true;
  const named = event.label;
  const tells = TELLING.get(event.action);
  return named !== undefined && tells?.some((suffix) => sameLabel(named, `${label} ${suffix}`)) === true;
}

/** Labels of a family that tell what somebody wants, by what happened to them. */
const TELLING: ReadonlyMap<string, readonly LabelSuffix[]> = new Map([
  ["labeled", ["paused", "stopped"]],
  ["unlabeled", ["processing", "paused"]],
]);

/**
 * What becomes of an event that may end or hold back runs, beside what it does otherwise: a label that is gone closes its request too.
 * `receivedAt`: runs that began later are not meant.
 */
export async function planStop(question: Question, receivedAt: Date, otherwise: Plan): Promise<Plan> {
  const { event, match } = question;
  const thread = threadOf(event);
  const runs = thread === undefined ? [] : await runsUnderWay(question, thread, receivedAt);
  if (thread === undefined || runs.length === 0) return otherwise;
  const why = await whyStopped(question, thread, runs);
  if (why === undefined) return (await planHold(question, thread, runs)) ?? otherwise;
  return {
    kind: "cancel",
    match: { ...match, matched: false, stillToAsk: [], reason: why },
    runs: runs.map(({ id }) => id),
    why,
    place: { forge: question.forge.name, repo: event.repo.id, thread },
    ...(otherwise.kind === "close request" ? { closes: otherwise.request } : {}),
  };
}

/** Active runs of the automation there that were there when the delivery came, and that no such event started. */
async function runsUnderWay(question: Question, thread: Thread, receivedAt: Date): Promise<Run[]> {
  const { event, automation, forge, store } = question;
  const place = { forge: forge.name, repo: event.repo.id, thread, automation: automation.name };
  const there = await store.runs({ ...place, limit: RUNS_LOOKED_AT });
  const isEndOfPull = isClosing(event) && thread.kind === "pull_request";
  const runs = isEndOfPull ? [...there, ...(await followUpsFromIssues(question, thread))] : there;
  const aboutLabels = !isClosing(event) && event.action !== "unassigned";
  return runs.filter(
    (run) =>
      !isOver(run.state) &&
      run.createdAt <= receivedAt &&
      !isClosing(run.event) &&
      (run.label !== undefined || !aboutLabels),
  );
}

/** Follow-ups that somebody asked for on an issue, and that go on with a pull request. */
async function followUpsFromIssues(
  { event, automation, forge, store }: Question,
  { number }: Thread,
): Promise<Run[]> {
  const place = { forge: forge.name, repo: event.repo.id, automation: automation.name };
  const newest = await store.runs({ ...place, limit: RUNS_LOOKED_AT });
  const found: Run[] = [];
  for (const run of newest) {
    const { state, follows, thread, publishes } = run;
    if (isOver(state) || follows === undefined || thread?.kind !== "issue" || !publishes) continue;
    if ((await store.run(follows))?.pullRequest?.number === number) found.push(run);
  }
  return found;
}

/** Why the runs are to end, as their reason; undefined where they go on. What we did ourselves ends nothing. */
async function whyStopped(
  question: Question,
  thread: Thread,
  runs: readonly Run[],
): Promise<string | undefined> {
  const { event, forge, signal } = question;
  const self = await forge.self(signal);
  if (isSame(event.actor, self)) return undefined;
  if (isClosing(event)) {
    return (await isClosedNow(question, thread))
      ? `The ${threadName(thread)} was ${event.action === "merged" ? "merged" : "closed"}.`
      : undefined;
  }
  if (event.action === "unassigned") {
    const ours = "assignee" in event && event.assignee !== undefined && isSame(event.assignee, self);
    return ours && (await mayAsk(question)) ? `${event.actor.login} unassigned ${self.login}.` : undefined;
  }
  return whyUnlabelled(question, thread, runs);
}

async function whyUnlabelled(
  question: Question,
  thread: Thread,
  runs: readonly Run[],
): Promise<string | undefined> {
  const { event, automation, forge, signal } = question;
  const { label = "" } = automation.on;
  const wish = await wishOf(question, thread, stopped(label));
  if (wish !== undefined) return `${wish.login} set the label "${stopped(label)}".`;
  // Where a delivery names no label, only the one that we have put on for this run tells that somebody took it off.
  const gone = tellsChangeAlone(event) ? processing(label) : goneIn(event);
  if (gone === undefined || sameLabel(gone, `${label} paused`)) return undefined;
  if (tellsChangeAlone(event) && !(await showsProcessing(question, thread, runs))) return undefined;
  const now = await forge.whoLabelled(event.repo, thread, gone, signal);
  if (now.kind === "set") return undefined;
  if (now.kind === "unsupported" && (tellsChangeAlone(event) || !(await mayAsk(question)))) return undefined;
  return `The label "${gone}" was taken off.`;
}

function goneIn(event: ForgeEvent): string | undefined {
  const isAbout = event.kind === "issue" || event.kind === "pull_request";
  return isAbout && event.action === "unlabeled" ? event.label : undefined;
}

/** Whether the forge confirmed that it shows the label of runs under way, for one of these runs and no newer one. */
async function showsProcessing(
  { event, automation, forge, store }: Question,
  thread: Thread,
  runs: readonly Run[],
): Promise<boolean> {
  const { label = "" } = automation.on;
  const place = { kind: "labels", forge: forge.name, repo: event.repo.id, thread, family: label } as const;
  const key = placeKey(place);
  const newest = (await store.runsAt(key)).at(-1);
  if (newest === undefined || !runs.some(({ id }) => id === newest.id)) return false;
  const shown = await store.place(key);
  if (shown?.reportedAt === undefined || shown.reportedAt < newest.createdAt) return false;
  return sameLabel(shown.reported ?? "", processing(label));
}

/** Whether it is closed as the forge says. Where it cannot be asked, whoever closed it must be one who may ask. */
async function isClosedNow(question: Question, { kind, number }: Thread): Promise<boolean> {
  const { event, forge, signal } = question;
  if (kind === "pull_request") {
    const told = event.kind === "pull_request" ? event.pullRequest : undefined;
    return (await forge.pullRequest(event.repo, number, signal, told)).state !== "open";
  }
  const issue = await forge.issue(event.repo, number, signal);
  return issue === "unsupported" ? mayAsk(question) : issue.state === "closed";
}

function isClosing({ kind, action }: ForgeEvent): boolean {
  return (kind === "issue" || kind === "pull_request") && (action === "closed" || action === "merged");
}
