import type { Automation, Match } from "../core/automation.ts";
import type { Actor, CommentEvent, ForgeEvent, PullRequest } from "../core/event.ts";
import { actorName, isNobody, isOperator, sameLabel, shaOf, threadOf } from "../core/event.ts";
import type { Run } from "../core/run.ts";
import type { RequestKey } from "../core/store.ts";
import { planClosing } from "./closing.ts";
import { askedBy, means } from "./commands.ts";
import { unfitPullRequest } from "./decide.ts";
import { runKey } from "./key.ts";
import { refusalOf } from "./permission.ts";
import type { LabelRequest, Plan } from "./plan.ts";
import { reasonOf, wantedRun } from "./plan.ts";
import type { Question } from "./question.ts";
import { isNewTo } from "./remembered.ts";

/** Runs that may follow from one another before Forgehand stops the chain. */
const MOST_FOLLOW_UPS = 3;

/** `label` and `request` where a trigger label asks, neither elsewhere. */
type Asker = { actor: Actor; depth: number; label?: string; request?: LabelRequest };

/** Ask the forge what the event could not tell, and plan what follows. Writes nothing. */
export async function settle(question: Question): Promise<Plan> {
  const { automation, match, forge, signal, steps } = question;
  const subject = await withHead(question);
  if (typeof subject === "string") {
    steps.stopped("head", subject);
    return drop(match, subject);
  }
  if (subject !== question.event)
    steps.passed("head", `The forge says that it is ${shaOf(subject) ?? "gone"}.`);

  const by = match.stillToAsk.includes("label") ? "label" : "asker";
  const asker = await whoAsks(question, subject);
  if (typeof asker === "string") {
    steps.stopped(by, asker);
    return drop(match, asker);
  }
  if ("kind" in asker) {
    steps.stopped(by, reasonOf(asker));
    return asker;
  }
  steps.passed(by, askerText(asker));

  const refused = await refusalOf(forge, { actor: asker.actor, of: subject }, automation, signal);
  if (refused !== undefined) {
    steps.stopped("permission", refused);
    return refuse(question, asker, refused);
  }
  steps.passed("permission", permittedText(asker, automation));
  return begin(question, subject, asker);
}

const askerText = ({ actor, label }: Asker): string =>
  label === undefined
    ? `${actorName(actor)} counts as the one who asks.`
    : `${actorName(actor)} set the label "${label}".`;

const permittedText = ({ actor }: Asker, { allow }: Automation): string =>
  isOperator(actor)
    ? "Whoever runs this Forgehand may ask for anything."
    : `${actorName(actor)} may ask for it: ${allow} or more is needed.`;

const drop = (match: Match, reason: string): Plan => ({ kind: "nothing", match, outcome: "dropped", reason });

/** The event with its pull request as the forge has it, where the delivery did not name the head; or why it is dropped. */
async function withHead({ event, automation, match, forge, signal }: Question): Promise<ForgeEvent | string> {
  if (!match.stillToAsk.includes("head")) return event;
  const partial = event as Extract<ForgeEvent, { pullRequest?: unknown }> & { pullRequest: PullRequest };
  const told = partial.pullRequest;
  // A forge may know less than the delivery told: branches, say.
  const pullRequest = { ...told, ...(await forge.pullRequest(event.repo, told.number, signal, told)) };
  return unfitPullRequest(pullRequest, automation) ?? { ...partial, pullRequest };
}

/**
 * Whose permission counts: who set the label, who asked for the run that our push came from, else who did it. A text or
 * a plan where nobody asks for anything.
 */
async function whoAsks(question: Question, subject: ForgeEvent): Promise<Asker | Plan | string> {
  const { event, match } = question;
  if (isOperator(event.actor) && event.kind !== "schedule" && event.kind !== "manual") {
    return "No account of a forge is the operator.";
  }
  if (match.stillToAsk.includes("label")) return whoLabelled(question);
  if (event.kind === "push" || event.kind === "tag") {
    return (await pushedByUs(question)) ? "Forgehand pushed this itself." : { actor: event.actor, depth: 0 };
  }
  if (event.kind === "comment" && !(await speaksToUs(question, event))) {
    return "The comment speaks to another account than the one that Forgehand has there.";
  }
  const cause = event.kind === "pull_request" ? await runBehind(question, shaOf(subject)) : undefined;
  if (cause === undefined) return { actor: event.actor, depth: 0 };
  if (cause.depth >= MOST_FOLLOW_UPS) {
    return `Run ${cause.id} is follow-up number ${cause.depth} already: the chain ends here.`;
  }
  return { actor: cause.actor, depth: cause.depth + 1 };
}

/** A command that begins with a mention counts where that means us; one that begins with /forgehand always. */
async function speaksToUs(
  { automation, forge, signal }: Question,
  { comment }: CommentEvent,
): Promise<boolean> {
  const mentioned = askedBy(comment.body, automation)?.mentioned;
  return mentioned === undefined || means(mentioned, await forge.self(signal));
}

async function whoLabelled(question: Question): Promise<Asker | Plan | string> {
  const { event, automation, forge, signal } = question;
  const label = automation.on.label ?? "";
  const thread = threadOf(event);
  if (thread === undefined) return "Only issues and pull requests have labels.";
  const set = await forge.whoLabelled(event.repo, thread, label, signal);
  const request = { ...placeOf(question), thread };
  if (set.kind === "set") {
    return { actor: set.actor, depth: 0, label, request: { ...request, labelling: set.eventId } };
  }
  if (set.kind === "absent") {
    return (await planClosing(question, request)) ?? `The label "${label}" is not on it now.`;
  }
  const named = "label" in event && event.label !== undefined && sameLabel(event.label, label);
  if (named && event.action === "labeled") return { actor: event.actor, depth: 0, label, request };
  const news = await isNewTo(question, request);
  return news === true ? { actor: event.actor, depth: 0, label, request } : news;
}

/** Our own push: a run recorded its commit, or is pushing to this very branch right now. */
async function pushedByUs({ event, forge, store }: Question): Promise<boolean> {
  if (event.kind !== "push") return false;
  const sha = event.after ?? "";
  if ((await store.runThatPushed(forge.name, event.repo.id, sha)) !== undefined) return true;
  const running = await store.runs({ forge: forge.name, repo: event.repo.id, state: "running", limit: 200 });
  return running.some(({ branch }) => branch !== undefined && event.ref === `refs/heads/${branch}`);
}

async function runBehind(
  { event, forge, store }: Question,
  sha: string | undefined,
): Promise<Run | undefined> {
  return sha === undefined ? undefined : store.runThatPushed(forge.name, event.repo.id, sha);
}

function placeOf({ event, automation, forge }: Question): Omit<RequestKey, "thread"> {
  return { automation: automation.name, forge: forge.name, repo: event.repo.id };
}

/** Requests (label, command) are refused with a comment; whatever else happened without permission is only dropped. */
function refuse(question: Question, { actor, label, request }: Asker, reason: string): Plan {
  const { event, match, automation, forge } = question;
  const thread = threadOf(event);
  const asked = label !== undefined || event.kind === "comment";
  // Nobody is there to be told, and a delivery that names who asks may be on its way.
  if (thread === undefined || !asked || isNobody(actor)) return drop(match, reason);
  const what = label === undefined ? "this command" : `the label "${label}"`;
  return {
    kind: "refuse",
    match,
    refusal: {
      forge: forge.name,
      repo: event.repo.id,
      thread,
      repoName: event.repo.fullName,
      actor,
      text: `Nothing was started for ${what} (${automation.name}). ${reason}`,
    },
    request,
  };
}

function begin(question: Question, subject: ForgeEvent, { actor, depth, label, request }: Asker): Plan {
  const { event, automation, match, delivery, forge } = question;
  const sha = shaOf(subject);
  const run = wantedRun(subject, automation, {
    forge: forge.name,
    delivery,
    actor,
    depth,
    label,
    sha,
    ref: "ref" in event ? event.ref : undefined,
  });
  const on = threadOf(subject)?.kind;
  return {
    kind: "start",
    match,
    run,
    cause:
      request === undefined
        ? { key: runKey(automation.name, forge.name, event, { sha, delivery }) }
        : { request },
    cancelsOlder: on === "pull_request" && automation.concurrency === "newest",
    alone: on === "issue",
  };
}
