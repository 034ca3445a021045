import type { Automation } from "../core/automation.ts";
import type { ForgeEvent, Issue, PullRequest } from "../core/event.ts";
import { pullRequestOf } from "../core/own-code.ts";
import type { Answer, Around, Check } from "./answer.ts";
import { no, yes } from "./answer.ts";
import { passes } from "./globs.ts";

type Look = Check["look"];

/**
 * What an event must be like beside the trigger that it pulls, in the order in which it is looked at. What an event does
 * not tell is not held against it: where the forge is asked for the rest, it is looked at once more. Paths are not here:
 * no event names them.
 */
export const FILTERS: readonly Check[] = [
  { what: "branch", look: unlessByHand(branchFits) },
  { what: "fork", look: forkFits },
  { what: "draft", look: unlessByHand((event, automation) => draftFits(pullRequestOf(event), automation)) },
  { what: "filter", look: unlessByHand(titleFits) },
  { what: "filter", look: unlessByHand(labelsFit) },
  { what: "filter", look: unlessByHand(authorFits) },
  { what: "filter", look: unlessByHand(conditionHolds) },
];

/** Why the filters rule out an event whose pull request the forge was asked for; undefined where they do not. */
export function ruledOut(event: ForgeEvent, automation: Automation, forge: string): string | undefined {
  const around = { forge, contexts: [], isWhole: true };
  const answers = FILTERS.map(({ look }) => look(event, automation, around));
  return answers.find((answer) => answer?.ok === false)?.said;
}

/** Why a pull request is not one that the automation runs on. What the pull request does not tell is not held against it. */
export function unfitPullRequest(pullRequest: PullRequest, automation: Automation): string | undefined {
  const answers = [targetFits, mayRunFork, wantedFork, draftFits].map((look) =>
    look(pullRequest, automation),
  );
  return answers.find((answer) => answer?.ok === false)?.said;
}

/** Whether more must be known of the pull request of an event before it can be said that it fits. */
export function needsPullRequest(event: ForgeEvent, { filters }: Pick<Automation, "filters">): boolean {
  const pullRequest = pullRequestOf(event);
  if (pullRequest === undefined) return false;
  const { headSha, target, fork, draft } = pullRequest;
  // Whoever merely speaks of a pull request must not get someone else's code run by it.
  if (headSha === undefined || (event.kind !== "pull_request" && fork === undefined)) return true;
  if (filters.branches !== undefined && target === undefined) return true;
  if (filters.fork !== undefined && fork === undefined) return true;
  return filters.draft !== undefined && draft === undefined;
}

/** What the operator starts by hand is what the operator says: only code of others needs to be allowed. */
function unlessByHand(look: Look): Look {
  return (event, ...rest) => (event.kind === "manual" ? undefined : look(event, ...rest));
}

const threadOf = (event: ForgeEvent): Issue | PullRequest | undefined =>
  pullRequestOf(event) ?? ("issue" in event ? event.issue : undefined);

function branchFits(event: ForgeEvent, automation: Automation): Answer | undefined {
  const branch = branchOf(event);
  if (branch === undefined) return targetFits(pullRequestOf(event), automation);
  return passes(branch, automation.filters.branches)
    ? yes(`It serves the branch ${branch}.`)
    : no(`It does not serve the branch ${branch}.`);
}

/** The branch that was pushed, or that a check ran for. */
function branchOf(event: ForgeEvent): string | undefined {
  if (event.kind === "push") return event.ref.replace(/^refs\/heads\//, "");
  return event.kind === "check" && event.pullRequest === undefined ? event.branch : undefined;
}

function targetFits(
  pullRequest: PullRequest | undefined,
  { filters: { branches } }: Automation,
): Answer | undefined {
  const target = pullRequest?.target?.branch;
  if (target === undefined) return undefined;
  return passes(target, branches)
    ? yes(`It serves pull requests into the branch ${target}.`)
    : no(`It does not serve pull requests into the branch ${target}.`);
}

/** Whether the code of a fork may run at all; how it may, the guard of forks decides. */
function mayRunFork(pullRequest: PullRequest | undefined, { forks }: Automation): Answer | undefined {
  if (pullRequest?.fork !== true) return undefined;
  switch (forks) {
    case "ignore":
      return no("The pull request comes from a fork: someone else's code is not run.");
    case "approve":
      return yes("The pull request comes from a fork, whose exact head has to be approved.");
    case "run":
      return yes("The pull request comes from a fork, which this automation runs without secrets.");
  }
}

function forkFits(event: ForgeEvent, automation: Automation): Answer | undefined {
  const may = mayRunFork(pullRequestOf(event), automation);
  if (may?.ok === false || event.kind === "manual") return may;
  return wantedFork(pullRequestOf(event), automation) ?? may;
}

function wantedFork(pullRequest: PullRequest | undefined, { filters }: Automation): Answer | undefined {
  const fork = pullRequest?.fork;
  if (fork === undefined || filters.fork === undefined || filters.fork === fork) return undefined;
  return no(fork ? "The pull request comes from a fork." : "The pull request does not come from a fork.");
}

function draftFits(
  pullRequest: PullRequest | undefined,
  { draft: drafts, filters }: Automation,
): Answer | undefined {
  const draft = pullRequest?.draft;
  if (draft === undefined) return undefined;
  if (!draft) return filters.draft === true ? no("The pull request is no draft.") : undefined;
  return drafts && filters.draft !== false
    ? yes("The pull request is a draft, on which this automation runs, too.")
    : no("The pull request is a draft.");
}

function titleFits(event: ForgeEvent, { filters: { title } }: Automation): Answer | undefined {
  const thread = threadOf(event);
  if (thread === undefined || title === undefined) return undefined;
  return passes(thread.title, title, "text")
    ? yes("Its title is one that it acts on.")
    : no("Its title is not one that it acts on.");
}

function labelsFit(event: ForgeEvent, { filters: { labels } }: Automation): Answer | undefined {
  const thread = threadOf(event);
  if (thread === undefined || labels === undefined) return undefined;
  return passes(thread.labels, labels, "text")
    ? yes("Its labels are those that it acts on.")
    : no("Its labels are not those that it acts on.");
}

function authorFits(event: ForgeEvent, { filters: { authors } }: Automation): Answer | undefined {
  // A time that has come is nobody's doing.
  if (authors === undefined || event.kind === "schedule") return undefined;
  const author = threadOf(event)?.author ?? event.actor;
  const names = [author.login, author.id].filter((name) => name !== "");
  return passes(names, authors, "text")
    ? yes(`It acts on what ${author.login} does.`)
    : no(`It does not act on what ${author.login} does.`);
}

function conditionHolds(event: ForgeEvent, automation: Automation, around: Around): Answer | undefined {
  const { condition } = automation.filters;
  if (condition === undefined) return undefined;
  if (around.isWhole !== true && needsPullRequest(event, automation)) return undefined;
  const holds = condition.holds({ event, forge: around.forge });
  const which = `Its condition \`${condition.text.trim()}\``;
  if (holds === true) return yes(`${which} holds.`);
  return no(holds === false ? `${which} does not hold.` : `${which} cannot be told: ${holds.unclear}`);
}
