import type { Automation } from "../core/automation.ts";
import type { DecisionStep, Match, Question } from "../core/decision.ts";
import { serves } from "../core/automation.ts";
import type { ForgeEvent } from "../core/event.ts";
import { sameLabel } from "../core/event.ts";
import { REPOSITORY_FILE } from "../core/repository-file.ts";
import { labelFamily } from "../core/status.ts";
import { COMMENT_MARKER } from "../core/text.ts";
import type { Check } from "./answer.ts";
import { no, refusing, yes } from "./answer.ts";
import { FILTERS, needsPullRequest } from "./filters.ts";
import { passes } from "./globs.ts";
import type { Wanted } from "./triggers.ts";
import { triggered } from "./triggers.ts";

/** All that the event alone tells, in the order in which it is looked at. The first that is not ok ends it. */
const CHECKS: readonly Check[] = [
  {
    what: "forge",
    look: (_event, automation, { forge }) =>
      serves(automation, forge)
        ? yes(`It serves the forge ${forge}.`)
        : no(`It does not serve the forge ${forge}.`),
  },
  {
    what: "repository",
    look: ({ repo: { fullName } }, { repositories, written }) =>
      written !== undefined
        ? yes(`It comes from the file ${REPOSITORY_FILE} of the repository ${fullName}.`)
        : passes(fullName, repositories)
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
  {
    what: "own doing",
    look: (event, automation, { contexts }) => refusing(ownDoing(event, automation, contexts)),
  },
  {
    what: "trigger",
    look: (event, automation) => {
      const { wanted, reason } = triggered(event, automation);
      return { ok: wanted, said: reason };
    },
  },
  ...FILTERS,
];

/**
 * Whether an automation wants an event, as far as the event alone tells. Pure: what only the forge knows (permission,
 * who set the label, the head behind a comment) is named in `stillToAsk`. `contexts`: those of all automations, whose
 * statuses are no checks of somebody else.
 */
export function decide(
  event: ForgeEvent,
  index: number,
  automation: Automation,
  forge: string,
  contexts: readonly string[] = [automation.context],
): Match {
  const origin = automation.written === undefined ? {} : { origin: "repository" as const };
  const about = { automation: automation.name, ...origin, event: index };
  for (const { look } of CHECKS) {
    const answer = look(event, automation, { forge, contexts });
    if (answer?.ok === false) return { ...about, matched: false, reason: answer.said, stillToAsk: [] };
  }
  const wanted = triggered(event, automation);
  const stillToAsk = wanted.wanted ? questions(event, wanted, automation) : [];
  return { ...about, matched: wanted.wanted, reason: wanted.reason, stillToAsk };
}

/**
 * Why an automation does not serve the place of an event, or what Forgehand itself did there; undefined where it may go
 * on to ask what happened.
 */
export function unserved(
  event: ForgeEvent,
  automation: Automation,
  forge: string,
  contexts: readonly string[] = [],
): string | undefined {
  for (const { what, look } of CHECKS) {
    if (what === "trigger") return undefined;
    const answer = look(event, automation, { forge, contexts });
    if (answer?.ok === false) return answer.said;
  }
  return undefined;
}

/** How `decide` comes to its answer. Apart from it, since that one is asked while a forge waits for us. */
export function stepsOf(
  event: ForgeEvent,
  automation: Automation,
  forge: string,
  contexts: readonly string[] = [automation.context],
): DecisionStep[] {
  const steps: DecisionStep[] = [];
  for (const { what, look } of CHECKS) {
    const answer = look(event, automation, { forge, contexts });
    if (answer !== undefined) steps.push({ what, ...answer });
    if (answer?.ok === false) break;
  }
  return steps;
}

/** The contexts of all automations, for `decide`. */
export const contextsOf = (automations: readonly Automation[]): string[] =>
  automations.map(({ context }) => context);

/** Every status of ours begins so, but for those whose owner named them. */
const OWN_CONTEXT = "forgehand/";

/** What we did starts nothing: our comments, our statuses, and the labels of our own family. */
function ownDoing(event: ForgeEvent, { on }: Automation, contexts: readonly string[]): string | undefined {
  if (event.kind === "check") {
    const name = event.check.name.toLowerCase();
    const ours = name.startsWith(OWN_CONTEXT) || contexts.some((context) => context.toLowerCase() === name);
    return ours ? `The check "${event.check.name}" is one that Forgehand shows itself.` : undefined;
  }
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

function questions(event: ForgeEvent, wanted: Wanted, automation: Automation): Question[] {
  // The operator starts what the operator wants.
  const asked: Question[] = wanted.by === "schedule" || wanted.by === "manual" ? [] : ["permission"];
  if (wanted.by === "label") asked.push("label");
  if (wanted.by === "mention" || wanted.by === "assigned") asked.push("account");
  if (needsPullRequest(event, automation)) asked.push("head");
  if (automation.filters.paths !== undefined && hasPaths(event)) asked.push("paths");
  return asked;
}

/** Whether an event is about a change of files: a pull request, or a push. */
function hasPaths(event: ForgeEvent): boolean {
  if (event.kind === "manual") return false;
  return event.kind === "push" || ("pullRequest" in event && event.pullRequest !== undefined);
}
