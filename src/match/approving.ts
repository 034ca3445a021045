import type { Automation } from "../core/automation.ts";
import type { PullRequest } from "../core/event.ts";
import { shaOf } from "../core/event.ts";
import { unfitPullRequest } from "./filters.ts";
import { guardForks } from "./forks.ts";
import { refusalOf, refusalOfApproval } from "./permission.ts";
import type { Plan } from "./plan.ts";
import { wantedRun } from "./plan.ts";
import { startSteps } from "./steps.ts";
import type { Talk } from "./talk.ts";
import { askedBySaying, matchOf, planNothing, planRefusal } from "./talk.ts";

/** A commit id, or enough of its beginning for a person to have looked at it. */
const SHA = /^[0-9a-f]{7,64}$/i;

/** The pull request of a comment, with the head and the branches that it has now. */
type Approved = Talk & { readonly pullRequest?: PullRequest };

/**
 * What becomes of `/forgehand approve [SHA]`: on a fork's pull request the named head may run; elsewhere labels are
 * answered that were refused to who set them.
 */
export async function planApproval(talk: Talk): Promise<Plan[]> {
  const { event, forge, signal } = talk;
  const told = event.pullRequest;
  if (told === undefined) return planRefused(talk);
  const pullRequest = { ...told, ...(await forge.pullRequest(event.repo, told.number, signal, told)) };
  const forks = talk.automations.filter(({ forks: rule }) => rule === "approve");
  if (pullRequest.fork !== true) return planRefused({ ...talk, pullRequest });
  if (forks.length === 0) return [planNothing(talk, "No automation here waits for the approval of a fork.")];
  return planHead(talk, forks, pullRequest.headSha);
}

/** Approve the head of a fork, for each automation that whoever says it may approve for. */
async function planHead(talk: Talk, forks: readonly Automation[], head: string | undefined): Promise<Plan[]> {
  const { event, forge, signal, thread } = talk;
  if (head === undefined)
    return [planNothing(talk, "The forge does not name the head of this pull request.")];
  const refusals: string[] = [];
  const permitted: Automation[] = [];
  for (const automation of forks) {
    const refused = await refusalOfApproval(forge, { actor: event.actor, of: event }, automation, signal);
    if (refused === undefined) permitted.push(automation);
    else refusals.push(refused);
  }
  const [refused] = refusals;
  if (permitted.length === 0) return refused === undefined ? [] : [planRefusal(talk, refused)];
  const wrong = await whatIsWrong(talk, head);
  if (wrong !== undefined) return [planNothing(talk, wrong)];
  return permitted.map((automation) => ({
    kind: "approve",
    match: matchOf(talk, automation.name),
    approval: {
      automation: automation.name,
      forge: forge.name,
      repo: event.repo.id,
      thread,
      sha: head,
      actor: event.actor,
      comment: event.comment.id,
    },
  }));
}

/**
 * Why what was said does not name the head as it is now; undefined where it does. A beginning counts only where the
 * comment has shown exactly this head, and no other one that begins so: two commits that begin alike are made in no time.
 */
async function whatIsWrong(
  { event, forge, store, thread, spoken }: Talk,
  head: string,
): Promise<string | undefined> {
  const say = `\`/forgehand approve ${head}\``;
  const named = spoken.argument?.toLowerCase();
  if (named === undefined) return `Look at the commit ${head} and, if it may run, say ${say}`;
  if (!SHA.test(named) || !head.startsWith(named)) {
    return `That is not the head of this pull request. It is ${head}: look at it and, if it may run, say ${say}`;
  }
  if (named === head) return undefined;
  const waits = await store.waits({ forge: forge.name, repo: event.repo.id, thread });
  const alike = new Set(waits.map(({ sha }) => sha).filter((sha) => sha.startsWith(named)));
  if (alike.size === 1 && alike.has(head)) return undefined;
  return `That may mean another commit too. Look at ${head} and, if it may run, name it in full: ${say}`;
}

/** Answer labels that were refused to who set them, where they are still on. */
async function planRefused(talk: Approved): Promise<Plan[]> {
  const { event, forge, store, thread, signal, automations } = talk;
  const plans: Plan[] = [];
  const refusals: string[] = [];
  for (const automation of automations) {
    const { label } = automation.on;
    if (label === undefined) continue;
    const key = { automation: automation.name, forge: forge.name, repo: event.repo.id, thread };
    const request = await store.request(key);
    if (request?.state !== "answered" || request.run !== undefined) continue;
    const set = await forge.whoLabelled(event.repo, thread, label, signal);
    if (set.kind === "absent") continue;
    const refused = await refusalOf(forge, { actor: event.actor, of: event }, automation, signal);
    if (refused === undefined) plans.push(await planLabel(talk, automation, label));
    else refusals.push(refused);
  }
  const [refused] = refusals;
  if (plans.length > 0) return plans;
  return [
    refused === undefined
      ? planNothing(talk, "Nothing here waits for an approval.")
      : planRefusal(talk, refused),
  ];
}

async function planLabel(talk: Approved, automation: Automation, label: string): Promise<Plan> {
  const { event, forge, thread, delivery, pullRequest } = talk;
  const subject = pullRequest === undefined ? event : { ...event, pullRequest };
  const unfit = pullRequest && unfitPullRequest(pullRequest, automation);
  if (unfit !== undefined) return planNothing(talk, unfit);
  const match = matchOf(talk, automation.name);
  const passage = await guardForks({ ...talk, automation, match, steps: startSteps() }, subject);
  if (passage.kind !== "free") return planNothing(talk, "The code of a fork is approved by its commit.");
  const { actor } = event;
  const cause = {
    forge: forge.name,
    delivery,
    actor,
    depth: 0,
    label,
    sha: shaOf(subject),
    groupOf: talk.groupOf,
  };
  const request = { automation: automation.name, forge: forge.name, repo: event.repo.id, thread };
  return {
    kind: "start",
    match: { ...match, reason: `${match.reason} The label "${label}" had been refused.` },
    run: wantedRun(subject, automation, cause),
    cause: { refused: request },
    cancelsOlder: false,
    alone: true,
    rules: automation,
    asked: askedBySaying(talk),
  };
}
