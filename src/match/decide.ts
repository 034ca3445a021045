import type { Automation, DecisionStep, Match, Question } from "../core/automation.ts";
import type { ForgeEvent, PullRequest } from "../core/event.ts";
import { sameLabel } from "../core/event.ts";
import { labelFamily } from "../core/status.ts";
import { COMMENT_MARKER } from "../core/text.ts";
import { fits } from "./globs.ts";
import type { Wanted } from "./triggers.ts";
import { triggered } from "./triggers.ts";

/** What came of one look at an event: whether it may go on, and a sentence that says why. */
interface Answer {
  readonly ok: boolean;
  readonly said: string;
}

/** One look at an event. Undefined: it has nothing to look at there, or what it would look at is not known yet. */
interface Check {
  readonly what: DecisionStep["what"];
  readonly look: (event: ForgeEvent, automation: Automation, forge: string) => Answer | undefined;
}

const no = (said: string): Answer => ({ ok: false, said });
const yes = (said: string): Answer => ({ ok: true, said });

/** All that the event alone tells, in the order in which it is looked at. The first that is not ok ends it. */
const CHECKS: readonly Check[] = [
  {
    what: "forge",
    look: (_event, { forges }, forge) =>
      forges.length > 0 && !forges.includes(forge)
        ? no(`It does not serve the forge ${forge}.`)
        : yes(`It serves the forge ${forge}.`),
  },
  {
    what: "repository",
    look: ({ repo: { fullName } }, { repositories }) =>
      fits(fullName, repositories)
        ? yes(`It serves the repository ${fullName}.`)
        : no(`It does not serve the repository ${fullName}.`),
  },
  {
    what: "confidential",
    look: ({ confidential }, automation) => {
      if (confidential !== true) return undefined;
      return automation.confidential
        ? yes("It is confidential, and this automation acts on what only some people may see.")
        : no("It is confidential, and this automation does not act on what only some people may see.");
    },
  },
  { what: "own doing", look: (event, automation) => refusing(ownDoing(event, automation)) },
  {
    what: "trigger",
    look: (event, automation) => {
      const { wanted, reason } = triggered(event, automation);
      return { ok: wanted, said: reason };
    },
  },
  { what: "branch", look: branchFits },
  { what: "fork", look: (event, automation) => ofPullRequest(event, automation, forkFits) },
  { what: "draft", look: (event, automation) => ofPullRequest(event, automation, draftFits) },
];

const refusing = (said: string | undefined): Answer | undefined =>
  said === undefined ? undefined : no(said);

/**
 * Whether an automation wants an event, as far as the event alone tells. Pure: what only the forge knows (permission,
 * who set the label, the head behind a comment) is named in `stillToAsk`.
 */
export function decide(event: ForgeEvent, index: number, automation: Automation, forge: string): Match {
  const about = { automation: automation.name, event: index };
  for (const { look } of CHECKS) {
    const answer = look(event, automation, forge);
    if (answer?.ok === false) return { ...about, matched: false, reason: answer.said, stillToAsk: [] };
  }
  const wanted = triggered(event, automation);
  const stillToAsk = wanted.wanted ? questions(event, wanted) : [];
  return { ...about, matched: wanted.wanted, reason: wanted.reason, stillToAsk };
}

/**
 * Why an automation does not serve the place of an event, or what Forgehand itself did there; undefined where it may go
 * on to ask what happened.
 */
export function unserved(event: ForgeEvent, automation: Automation, forge: string): string | undefined {
  for (const { what, look } of CHECKS) {
    if (what === "trigger") return undefined;
    const answer = look(event, automation, forge);
    if (answer?.ok === false) return answer.said;
  }
  return undefined;
}

/** How `decide` comes to its answer. Apart from it, since that one is asked while a forge waits for us. */
export function stepsOf(event: ForgeEvent, automation: Automation, forge: string): DecisionStep[] {
  const steps: DecisionStep[] = [];
  for (const { what, look } of CHECKS) {
    const answer = look(event, automation, forge);
    if (answer !== undefined) steps.push({ what, ...answer });
    if (answer?.ok === false) break;
  }
  return steps;
}

/** What we did starts nothing: our comments, and the labels of our own family. */
function ownDoing(event: ForgeEvent, { on }: Automation): string | undefined {
  // Only at its beginning: somebody may quote a comment of ours and say something below.
  if (event.kind === "comment" && event.comment.body.trimStart().startsWith(COMMENT_MARKER)) {
    return "It is a comment of Forgehand itself.";
  }
  if (event.kind === "issue" || event.kind === "pull_request") {
    const { label } = event;
    if (label !== undefined && on.label !== undefined) {
      const ours = labelFamily(on.label).some((one) => sameLabel(one, label));
      if (ours) return `The label "${label}" is one that Forgehand sets itself.`;
    }
  }
  return undefined;
}

function branchFits(event: ForgeEvent, automation: Automation): Answer | undefined {
  if (event.kind !== "push") return ofPullRequest(event, automation, targetFits);
  const branch = event.ref.replace(/^refs\/heads\//, "");
  return fits(branch, automation.branches)
    ? yes(`It serves the branch ${branch}.`)
    : no(`It does not serve the branch ${branch}.`);
}

function ofPullRequest(
  event: ForgeEvent,
  automation: Automation,
  look: (pullRequest: PullRequest, automation: Automation) => Answer | undefined,
): Answer | undefined {
  const pullRequest = "pullRequest" in event ? event.pullRequest : undefined;
  return pullRequest && look(pullRequest, automation);
}

function targetFits({ target }: PullRequest, { branches }: Automation): Answer | undefined {
  if (target === undefined) return undefined;
  return fits(target.branch, branches)
    ? yes(`It serves pull requests into the branch ${target.branch}.`)
    : no(`It does not serve pull requests into the branch ${target.branch}.`);
}

function forkFits({ fork }: PullRequest, { forks }: Automation): Answer | undefined {
  if (fork !== true) return undefined;
  return forks === "ignore"
    ? no("The pull request comes from a fork: someone else's code is not run.")
    : yes("The pull request comes from a fork, which this automation runs without secrets.");
}

function draftFits({ draft }: PullRequest, automation: Automation): Answer | undefined {
  if (draft !== true) return undefined;
  return automation.draft
    ? yes("The pull request is a draft, on which this automation runs, too.")
    : no("The pull request is a draft.");
}

/** Why a pull request is not one that the automation runs on. What the pull request does not tell is not held against it. */
export function unfitPullRequest(pullRequest: PullRequest, automation: Automation): string | undefined {
  const answers = [targetFits, forkFits, draftFits].map((look) => look(pullRequest, automation));
  return answers.find((answer) => answer?.ok === false)?.said;
}

function questions(event: ForgeEvent, wanted: Wanted): Question[] {
  const asked: Question[] = ["permission"];
  if (wanted.by === "label") asked.push("label");
  const pullRequest = "pullRequest" in event ? event.pullRequest : undefined;
  if (pullRequest !== undefined && pullRequest.headSha === undefined) asked.push("head");
  return asked;
}
