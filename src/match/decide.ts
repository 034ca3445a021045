import type { Automation, Match, Question } from "../core/automation.ts";
import type { ForgeEvent, PullRequest } from "../core/event.ts";
import { sameLabel } from "../core/event.ts";
import { labelFamily } from "../core/status.ts";
import { COMMENT_MARKER } from "../core/text.ts";
import { fits } from "./globs.ts";
import type { Wanted } from "./triggers.ts";
import { triggered } from "./triggers.ts";

type Verdict = { matched: false; reason: string } | { matched: true; reason: string; stillToAsk: Question[] };

const no = (reason: string): Verdict => ({ matched: false, reason });

/**
 * Whether an automation wants an event, as far as the event alone tells. Pure: what only the forge knows (permission,
 * who set the label, the head behind a comment) is named in `stillToAsk`.
 */
export function decide(event: ForgeEvent, index: number, automation: Automation, forge: string): Match {
  const verdict = judge(event, automation, forge);
  return {
    automation: automation.name,
    event: index,
    matched: verdict.matched,
    reason: verdict.reason,
    stillToAsk: verdict.matched ? verdict.stillToAsk : [],
  };
}

function judge(event: ForgeEvent, automation: Automation, forge: string): Verdict {
  if (automation.forges.length > 0 && !automation.forges.includes(forge)) {
    return no(`It does not serve the forge ${forge}.`);
  }
  if (!fits(event.repo.fullName, automation.repositories)) {
    return no(`It does not serve the repository ${event.repo.fullName}.`);
  }
  if (event.confidential === true && !automation.confidential) {
    return no("It is confidential, and this automation does not act on what only some people may see.");
  }
  const own = ownDoing(event, automation);
  if (own !== undefined) return no(own);
  const wanted = triggered(event, automation);
  if (!wanted.wanted) return no(wanted.reason);
  const unfit = unfitPlace(event, automation);
  if (unfit !== undefined) return no(unfit);
  return { matched: true, reason: wanted.reason, stillToAsk: questions(event, wanted) };
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

/** Why the branch, fork or draft state of an event rules it out; undefined where it does not, or where it is not known yet. */
function unfitPlace(event: ForgeEvent, automation: Automation): string | undefined {
  switch (event.kind) {
    case "push": {
      const branch = event.ref.replace(/^refs\/heads\//, "");
      return fits(branch, automation.branches) ? undefined : `It does not serve the branch ${branch}.`;
    }
    case "pull_request":
      return unfitPullRequest(event.pullRequest, automation);
    case "review":
    case "comment":
    case "check":
    case "manual":
      return event.pullRequest === undefined ? undefined : unfitPullRequest(event.pullRequest, automation);
    case "issue":
    case "tag":
    case "schedule":
      return undefined;
  }
}

/** Why a pull request is not one that the automation runs on. What the pull request does not tell is not held against it. */
export function unfitPullRequest(pullRequest: PullRequest, automation: Automation): string | undefined {
  const { target, fork, draft } = pullRequest;
  if (target !== undefined && !fits(target.branch, automation.branches)) {
    return `It does not serve pull requests into the branch ${target.branch}.`;
  }
  if (fork === true && automation.forks === "ignore") {
    return "The pull request comes from a fork: someone else's code is not run.";
  }
  if (draft === true && !automation.draft) return "The pull request is a draft.";
  return undefined;
}

function questions(event: ForgeEvent, wanted: Wanted): Question[] {
  const asked: Question[] = ["permission"];
  if (wanted.by === "label") asked.push("label");
  const pullRequest =
    event.kind === "comment" || event.kind === "pull_request" ? event.pullRequest : undefined;
  if (pullRequest !== undefined && pullRequest.headSha === undefined) asked.push("head");
  return asked;
}
