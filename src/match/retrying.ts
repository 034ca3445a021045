import type { Automation } from "../core/automation.ts";
import type { ForgeEvent, PullRequest } from "../core/event.ts";
import { pullRequestOf } from "../core/own-code.ts";
import type { NewRun, Run } from "../core/run.ts";
import { isOver } from "../core/run.ts";
import { repeated } from "./apply.ts";
import { unfitPullRequest } from "./filters.ts";
import { guardForks } from "./forks.ts";
import { againKey } from "./key.ts";
import { refusalOf } from "./permission.ts";
import type { Plan } from "./plan.ts";
import { startSteps } from "./steps.ts";
import type { Talk } from "./talk.ts";
import { askedBySaying, matchOf, planNothing, planRefusal, runsMeant, WRITERS } from "./talk.ts";

/**
 * What becomes of `/forgehand retry [NAME|RUN]`: one that is paused goes on; else the last run there that is over is done
 * again, by the right of whoever says it; on a pull request on the head that it has now.
 */
export async function planRetry(talk: Talk): Promise<Plan[]> {
  const { event, forge, signal, automations } = talk;
  const runs = await runsMeant(talk);
  const paused = runs.find(({ state }) => state === "paused");
  if (paused !== undefined) return [await planResume(talk, paused)];
  const last = runs.find(({ state }) => isOver(state));
  if (last === undefined) return [planNothing(talk, "Nothing of that came to its end here.")];
  const automation = automations.find(({ name }) => name === last.automation);
  if (automation === undefined) {
    return [planNothing(talk, `The automation of run ${last.id} is not there any more.`)];
  }
  const refused = await refusalOf(forge, { actor: event.actor, of: event }, automation, signal);
  if (refused !== undefined) return [planRefusal(talk, refused)];
  const active = runs.find((run) => run.automation === automation.name && !isOver(run.state));
  if (active !== undefined) return [planNothing(talk, `Run ${active.id} is under way already.`)];
  return [await planAgain(talk, last, automation)];
}

/** A run that is paused goes on, by the right of whoever says it. */
async function planResume(talk: Talk, paused: Run): Promise<Plan> {
  const { event, forge, signal, automations, thread } = talk;
  const { allow } = automations.find(({ name }) => name === paused.automation) ?? { allow: WRITERS };
  const refused = await refusalOf(forge, { actor: event.actor, of: event }, { allow }, signal);
  if (refused !== undefined) return planRefusal(talk, refused);
  return {
    kind: "resume",
    match: matchOf(talk, paused.automation),
    runs: [paused.id],
    why: `${event.actor.login} asked for that by a comment.`,
    place: { forge: forge.name, repo: event.repo.id, thread },
  };
}

async function planAgain(talk: Talk, last: Run, automation: Automation): Promise<Plan> {
  const { event, forge, signal } = talk;
  const match = matchOf(talk, automation.name);
  const told = pullRequestOf(last.event);
  const now =
    told === undefined
      ? undefined
      : { ...told, ...(await forge.pullRequest(event.repo, told.number, signal, told)) };
  const unfit = now && unfitPullRequest(now, automation);
  if (unfit !== undefined) return planNothing(talk, unfit);
  const subject = now === undefined ? last.event : withPullRequest(last.event, now);
  const passage = await guardForks({ ...talk, automation, match, steps: startSteps() }, subject);
  if (passage.kind === "barred") return planNothing(talk, passage.reason);
  if (passage.kind === "waits") return { kind: "wait", match, wait: passage.wait };
  return {
    kind: "retry",
    match,
    reason: `${match.reason} Run ${last.id} is done again.`,
    run: grouped(talk, againOf(talk, last, { event: subject, sha: now?.headSha }), automation),
    rules: automation,
    asked: askedBySaying(talk),
    ends: { forge: forge.name, repo: event.repo.id, thread: talk.thread },
  };
}

function againOf(
  { event, forge }: Talk,
  last: Run,
  { event: subject, sha }: { event: ForgeEvent; sha: string | undefined },
): NewRun {
  const run = repeated(last);
  return {
    ...run,
    key: againKey(last.automation, forge.name, event),
    event: subject,
    actor: event.actor,
    sha: sha ?? run.sha,
    follows: last.id,
    depth: 0,
  };
}

/** A run in the group that its automation has now. */
function grouped({ groupOf }: Talk, run: NewRun, { concurrency }: Automation): NewRun {
  const group = typeof concurrency === "object" ? groupOf(concurrency.group, run) : undefined;
  return { ...run, group };
}

/** An event of a pull request with its head as it is now. A check stays the check of the commit that it was of. */
function withPullRequest(event: ForgeEvent, pullRequest: PullRequest): ForgeEvent {
  return "pullRequest" in event && event.kind !== "check" ? { ...event, pullRequest } : event;
}
