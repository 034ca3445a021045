import type { Run } from "../src/core/run.ts";
import { isOver } from "../src/core/run.ts";
import type { Place, StatusState } from "../src/core/status.ts";
import { LABEL_OF, placesOf, STATUS_OF } from "../src/core/status.ts";
import { retryKey } from "../src/match/key.ts";
import type { ExpectedRun } from "./happenings.ts";

/** How many of each kind of trouble are named. */
const NAMED = 10;

/** What was sent and what has to be there because of it. */
export interface Expected {
  /** Deliveries that were answered 2xx, by forge and id: `github 0000…`. Each once. */
  readonly answered: ReadonlySet<string>;
  /** Those that nobody signed. */
  readonly unsigned: ReadonlySet<string>;
  readonly runs: readonly ExpectedRun[];
  /** Answers that nothing may get, and how often they came. */
  readonly wrongAnswers: ReadonlyMap<string, number>;
  /** Deliveries that were never answered. */
  readonly unanswered: number;
}

/** What is shown at the forges. */
export interface Shown {
  /** The last status of a context on a commit; undefined where there is none. A forge without statuses shows none. */
  status(forge: string, sha: string, context: string): StatusState | undefined;
  /** How a state looks at a forge. */
  shows(forge: string, state: StatusState): StatusState;
  hasStatuses(forge: string): boolean;
  /** The texts of our comments on an issue or pull request, and its labels. */
  thread(
    forge: string,
    thread: NonNullable<Run["thread"]>,
  ): { comments: readonly string[]; labels: readonly string[] };
  /** How many pull requests there are from a branch; undefined where the forge opens none for us. */
  pullRequestsFrom(forge: string, branch: string): number | undefined;
}

/** What is there when all is over. */
export interface Found {
  /** How often each delivery is kept, by forge and id. */
  readonly kept: ReadonlyMap<string, number>;
  readonly runs: readonly Run[];
  readonly shown: Shown;
  /** How often the command of a run was executed. */
  readonly executions: ReadonlyMap<number, number>;
  /** Jobs that somebody holds though nobody lives. */
  readonly heldByDead: number;
  /** Command lines of processes that are left. */
  readonly orphans: readonly string[];
  readonly workspaces: readonly string[];
  /** Jobs of stages that end: those that are still owed, and those that wait for a person. */
  readonly jobsLeft: number;
  readonly parked: number;
}

/** What became of it: numbers, and of each trouble the first ten. */
export interface Verdict {
  readonly answered: number;
  readonly kept: number;
  readonly lost: number;
  readonly keptTwice: number;
  readonly forged: number;
  readonly unanswered: number;
  readonly wrongAnswers: number;
  readonly runsExpected: number;
  readonly runs: number;
  /** Runs by their state. */
  readonly ended: Readonly<Record<string, number>>;
  /** Runs that ended since a worker was lost, as they have to. */
  readonly workerLost: number;
  /** Runs that repeat one of these, since its delivery came again: the one repair that a redelivery is there for. */
  readonly runsRepeated: number;
  readonly runsMissing: number;
  readonly runsDoubled: number;
  readonly runsUnexpected: number;
  readonly runsNotOver: number;
  /** Runs that ended in a way that no lost worker explains. */
  readonly runsBadlyEnded: number;
  /** Runs whose command was executed more often than it may be. */
  readonly executedTooOften: number;
  readonly statusesMissing: number;
  readonly wrongStatuses: number;
  readonly commentsDoubled: number;
  readonly pullRequestsDoubled: number;
  readonly heldByDead: number;
  readonly orphans: number;
  readonly workspaces: number;
  readonly jobsLeft: number;
  readonly parked: number;
  readonly troubles: Readonly<Record<string, readonly string[]>>;
  readonly ok: boolean;
}

/** Compare what was sent with what is there. */
export function judge(expected: Expected, found: Found): Verdict {
  const { runs, kept } = found;
  const lost = new Set(runs.filter(isLost).map(retryKey));
  const repeats = runs.filter(({ key }) => lost.has(key));
  const repeated = new Set(repeats.map(({ key }) => key));
  const byPlace = Map.groupBy(
    runs.filter(({ key }) => !repeated.has(key)),
    placeOfRun,
  );
  const wanted = new Map(expected.runs.map((run) => [placeOf(run), run]));
  const finished = runs.filter(({ state }) => isOver(state));
  // A place shows the newest run of an automation.
  const newest = finished.filter((run) => !repeated.has(retryKey(run)));
  const told = newest.flatMap((run) => placesOf(run).map((place) => toldAt(run, place, found.shown)));
  const troubles = {
    lost: [...expected.answered].filter((id) => !kept.has(id)),
    keptTwice: [...kept].filter(([, count]) => count > 1).map(([id]) => id),
    forged: [...expected.unsigned].filter((id) => kept.has(id)),
    wrongAnswers: [...expected.wrongAnswers].map(([answer, count]) => `${answer} (${count} times)`),
    runsMissing: [...wanted.keys()].filter((place) => !byPlace.has(place)),
    runsDoubled: [...byPlace].filter(([, some]) => some.length > 1).map(([place]) => place),
    runsUnexpected: [...byPlace.keys()].filter((place) => !wanted.has(place)),
    runsNotOver: runs.filter(({ state }) => !isOver(state)).map(named),
    runsBadlyEnded: finished.filter((run) => !endedWell(run)).map(named),
    executedTooOften: runs.filter((run) => !executedWell(run, found.executions)).map(named),
    statusesMissing: told.flatMap(({ missing }) => missing ?? []),
    wrongStatuses: told.flatMap(({ wrong }) => wrong ?? []),
    commentsDoubled: told.flatMap(({ doubled }) => doubled ?? []),
    pullRequestsDoubled: runs.filter((run) => !proposedOnce(run, found.shown)).map(named),
    orphans: found.orphans,
    workspaces: found.workspaces,
  };
  const counts = {
    unanswered: expected.unanswered,
    heldByDead: found.heldByDead,
    jobsLeft: found.jobsLeft,
    parked: found.parked,
  };
  const fine =
    Object.values(troubles).every((some) => some.length === 0) &&
    Object.values(counts).every((count) => count === 0);
  return {
    answered: expected.answered.size,
    kept: kept.size,
    runsExpected: expected.runs.length,
    runs: runs.length,
    ended: countOf(runs.map(({ state }) => state)),
    workerLost: lost.size,
    runsRepeated: repeats.length,
    ...counts,
    ...numbersOf(troubles),
    troubles: named10(troubles),
    ok: fine,
  };
}

function numbersOf<Kind extends string>(
  troubles: Readonly<Record<Kind, readonly string[]>>,
): Record<Kind, number> {
  const counts = Object.entries<readonly string[]>(troubles).map(([kind, some]) => [kind, some.length]);
  return Object.fromEntries(counts) as Record<Kind, number>;
}

function named10(troubles: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  const some = Object.entries(troubles).filter(([, all]) => all.length > 0);
  return Object.fromEntries(some.map(([kind, all]) => [kind, all.slice(0, NAMED)]));
}

function countOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

const placeOf = ({ forge, automation, of }: Omit<ExpectedRun, "automation"> & { automation: string }) =>
  `${forge} ${automation} ${of}`;

function placeOfRun({ forge, automation, thread, sha }: Run): string {
  return placeOf({ forge, automation, of: thread === undefined ? (sha ?? "") : `#${thread.number}` });
}

const named = ({ id, forge, automation, state, reason }: Run): string =>
  `run ${id} of ${automation} on ${forge}: ${state} ${reason}`.trimEnd();

/** Ended since a worker was lost, which the run says itself. */
const isLost = ({ state, reason }: Run): boolean =>
  state === "errored" && /^The worker was lost\b/.test(reason);

/** Every command of the burst succeeds, so nothing but a lost worker can have come between. */
const endedWell = (run: Run): boolean => run.state === "succeeded" || isLost(run);

/** As often as the run counted, and a command that is not repeatable at most once. */
function executedWell({ id, state, automation, attempts }: Run, executions: Found["executions"]): boolean {
  const times = executions.get(id) ?? 0;
  const repeats = automation !== "quick" && automation !== "clone";
  const most = repeats ? attempts : Math.min(1, attempts);
  return times <= most && (state !== "succeeded" || times > 0);
}

interface ToldAt {
  readonly missing?: string;
  readonly wrong?: string;
  readonly doubled?: string;
}

/** What is shown of a run at one of its places. */
function toldAt(run: Run, place: Place, shown: Shown): ToldAt {
  const where = `${named(run)}: ${place.kind}`;
  if (place.kind === "status") {
    if (!shown.hasStatuses(place.forge)) return {};
    const state = shown.status(place.forge, place.sha, place.context);
    if (state === undefined) return { missing: where };
    const wanted = shown.shows(place.forge, STATUS_OF[run.state]);
    return state === wanted ? {} : { wrong: `${where} is ${state} and should be ${wanted}` };
  }
  const { comments, labels } = shown.thread(place.forge, place.thread);
  if (place.kind === "labels") {
    const wanted = `${place.family} ${LABEL_OF[run.state]}`;
    const same = labels.length === 1 && labels[0] === wanted;
    return same ? {} : { wrong: `${where} are ${labels.join(", ")} and should be ${wanted}` };
  }
  const [comment = "", ...more] = comments;
  const word = run.state === "succeeded" ? "succeeded" : "could not be finished";
  return {
    ...(comments.length === 0 && { missing: where }),
    ...(comments.length > 0 &&
      !comment.includes(`Run ${run.id} ${word}`) && { wrong: `${where}: ${comment}` }),
    ...(more.length > 0 && { doubled: where }),
  };
}

/** A run that published has one pull request from its branch, where the forge opens any. */
function proposedOnce({ state, publishes, branch, forge }: Run, shown: Shown): boolean {
  if (!publishes || branch === undefined) return true;
  const count = shown.pullRequestsFrom(forge, branch) ?? 1;
  return count === 1 || (state !== "succeeded" && count === 0);
}
