import type { Automation, Schedule } from "../core/automation.ts";
import { SCHEDULE_DOOR } from "../core/delivery.ts";
import type { ScheduleEvent } from "../core/event.ts";
import { OPERATOR } from "../core/event.ts";
import { findingOf } from "../core/finding.ts";
import type { Claim } from "../core/job.ts";
import type { Arrival, Store } from "../core/store.ts";
import type { Member, RepositoryTools } from "./repositories.ts";
import { hasRepositories, repositoriesOf } from "./repositories.ts";
import { dueBetween, nextTimes } from "./times.ts";

/** The longest wait for the next look (ms): a clock that was set is noticed, and a laptop that slept. */
const LONGEST_WAIT_MS = 60_000;
/** Findings that are written in one transaction. */
const SLICE = 100;

/** What the step of a `schedule` job needs. */
export interface ScheduleTools extends RepositoryTools {
  readonly store: Store;
  /** The automation of a name; undefined where it is not configured any more. */
  readonly automation: (name: string) => Automation | undefined;
  readonly now?: () => number;
}

/**
 * The step of a `schedule` job: keeps a finding for each repository of an automation whose time has come, then is due
 * again at the next time. One job for each automation, so that of all workers on all machines one looks; and a finding is
 * known by automation, repository and time, so that even two who look make one run. Ends for good where the automation has
 * no schedule any more.
 */
export function createScheduleStep(
  tools: ScheduleTools,
): (claim: Claim, signal: AbortSignal) => Promise<void> {
  const { store, now = Date.now } = tools;
  /** Automations whose repositories this process has looked for. */
  const looked = new Set<string>();

  return async (claim, signal) => {
    const automation = tools.automation(claim.subject);
    const schedules = automation?.on.schedule ?? [];
    if (automation === undefined || schedules.length === 0) {
      await store.complete(claim, () => Promise.resolve());
      return;
    }
    const log = tools.log.child({ automation: automation.name });
    if (!looked.has(automation.name) && !(await hasRepositories(tools, automation))) {
      log.warn({}, "a schedule has no repository to run in: name some in `repositories`");
    }
    looked.add(automation.name);

    const time = new Date(now());
    const due = new Set<number>();
    for (const schedule of schedules) {
      const seen = await store.schedule({ automation: automation.name, ...schedule });
      const { newest, missed } = dueBetween(schedule, seen ?? time, time);
      if (newest !== undefined) due.add(newest.getTime());
      if (missed > 0) log.warn({ ...schedule, missed }, "times of a schedule were missed");
    }
    if (due.size > 0) {
      const { members, failure } = await repositoriesOf({ ...tools, log }, automation, signal);
      const arrivals = [...due]
        .toSorted((one, other) => one - other)
        .flatMap((at) => findingsAt(automation, members, new Date(at), time));
      await keep(store, claim, arrivals);
      log.info({ times: due.size, repositories: members.length }, "the time of a schedule has come");
      // Its times stay due, so that they are made up as soon as that forge answers; what is kept is kept once.
      if (failure !== undefined) throw failure;
    }
    await store.complete(
      claim,
      async (transaction) => {
        for (const schedule of schedules) {
          await transaction.saveSchedule({ automation: automation.name, ...schedule }, time);
        }
      },
      { again: waitFor(schedules, time, now()) },
    );
  };
}

/** Milliseconds until the next time of any of the schedules, from a moment that is a little later by now. */
function waitFor(schedules: readonly Schedule[], after: Date, now: number): number {
  const times = schedules.flatMap((schedule) => nextTimes(schedule, after, 1)).map((time) => time.getTime());
  return Math.max(0, Math.min(LONGEST_WAIT_MS, ...times.map((time) => time - now)));
}

function findingsAt(
  { name: automation }: Automation,
  members: readonly Member[],
  due: Date,
  receivedAt: Date,
): Arrival[] {
  const at = due.toISOString();
  return members.map(({ forge, repo }) => {
    const event: ScheduleEvent = { kind: "schedule", action: "due", repo, actor: OPERATOR, automation, at };
    const id = JSON.stringify([automation, repo.id, at]);
    return findingOf({ forge, door: SCHEDULE_DOOR, id, receivedAt }, [event]);
  });
}

async function keep(store: Store, claim: Claim, arrivals: readonly Arrival[]): Promise<void> {
  for (let from = 0; from < arrivals.length; from += SLICE) {
    await store.write(claim, async (transaction) => {
      for (const arrival of arrivals.slice(from, from + SLICE)) await transaction.keepFinding(arrival);
    });
  }
}
