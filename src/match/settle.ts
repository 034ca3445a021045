import type { Automation } from "../core/automation.ts";
import type { Match } from "../core/decision.ts";
import { doesAgentWork } from "../core/agent-work.ts";
import type { Actor, CommentEvent, ForgeEvent } from "../core/event.ts";
import { actorName, isNobody, isOperator, sameLabel, shaOf, threadOf } from "../core/event.ts";
import { pullRequestOf } from "../core/own-code.ts";
import type { Run } from "../core/run.ts";
import type { RequestKey, Wait } from "../core/store.ts";
import { cut } from "../core/text.ts";
import { labelledByUs, meansUs } from "./account.ts";
import { isPushed } from "./beside.ts";
import { planClosing } from "./closing.ts";
import { askedBy, means, spokenIn } from "./commands.ts";
import { ruledOut } from "./filters.ts";
import { guardForks } from "./forks.ts";
import { passing } from "./globs.ts";
import { runKey } from "./key.ts";
import { isMachine, refusalOf } from "./permission.ts";
import type { LabelRequest, Plan } from "./plan.ts";
import { reasonOf, wantedRun } from "./plan.ts";
import type { Question } from "./question.ts";
import { isNewTo } from "./remembered.ts";
import type { Asked } from "./spent.ts";

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

  const passage = await guardForks(question, subject);
  if (passage.kind === "barred") {
    steps.stopped("fork", passage.reason);
    return drop(match, passage.reason);
  }
  const isHead = tellsOfHead(subject) && asker.request === undefined;
  if (passage.kind === "waits" && isHead) return waits(question, passage.wait);
  // A stranger's new head is nobody's request: whoever approves it asks for the run.
  const answers = passage.kind === "approved" && isHead ? passage.approval.actor : asker.actor;
  if (passage.kind === "approved") {
    steps.passed(
      "approval",
      `${actorName(passage.approval.actor)} approved the head ${passage.approval.sha}.`,
    );
  }
  const refused = await refusalOf(forge, { actor: answers, of: subject }, automation, signal);
  if (refused !== undefined) {
    steps.stopped("permission", refused);
    return refuse(question, asker, refused);
  }
  steps.passed("permission", permittedText(answers, automation));
  if (passage.kind === "waits") return waits(question, passage.wait);
  // Last, since it may fetch the repository: nobody without rights shall make us do that.
  const untouched = await changesNothing(question, subject);
  if (untouched !== undefined) return drop(match, untouched);
  return begin(question, subject, { ...asker, actor: answers });
}

function waits({ match, steps }: Question, wait: Wait): Plan {
  steps.stopped("approval", `Nobody approved the head ${wait.sha} of the fork yet.`);
  return { kind: "wait", match, wait };
}

/** Whether an event tells of a head and nothing else: what an approval of that head lets run once, whoever pushed it. */
function tellsOfHead(event: ForgeEvent): boolean {
  return event.kind === "pull_request" && HEAD_ACTIONS.has(event.action);
}

const HEAD_ACTIONS: ReadonlySet<string> = new Set(["opened", "updated", "reopened", "ready"]);

const askerText = ({ actor, label }: Asker): string =>
  label === undefined
    ? `${actorName(actor)} counts as the one who asks.`
    : `${actorName(actor)} set the label "${label}".`;

function permittedText(actor: Actor, { allow: { permission } }: Automation): string {
  if (isOperator(actor)) return "Whoever runs this Forgehand may ask for anything.";
  const needed =
    permission === undefined ? "it is among those who are listed" : `${permission} or more is needed`;
  return `${actorName(actor)} may ask for it: ${needed}.`;
}

const drop = (match: Match, reason: string): Plan => ({ kind: "nothing", match, outcome: "dropped", reason });

/** The event with its pull request as the forge has it, where the delivery told too little of it; or why it is dropped. */
async function withHead({ event, automation, match, forge, signal }: Question): Promise<ForgeEvent | string> {
  if (!match.stillToAsk.includes("head") || !("pullRequest" in event)) return event;
  const told = event.pullRequest;
  if (told === undefined) return event;
  // A forge may know less than the delivery told: branches, say.
  const pullRequest = { ...told, ...(await forge.pullRequest(event.repo, told.number, signal, told)) };
  const subject = { ...event, pullRequest };
  return ruledOut(subject, automation, forge.name) ?? subject;
}

/** Why an event changes nothing that the automation is for; undefined where it does, or where that cannot be told. */
async function changesNothing(
  { automation, match, forge, changedPaths, signal, steps }: Question,
  subject: ForgeEvent,
): Promise<string | undefined> {
  if (!match.stillToAsk.includes("paths")) return undefined;
  const paths = await changedPaths(forge, subject, signal);
  if (paths === undefined) {
    steps.passed(
      "paths",
      "Which paths it changes cannot be told, or they are too many: that counts as one of them.",
    );
    return undefined;
  }
  const isServed = passing(automation.filters.paths, "file");
  const path = paths.find((one) => isServed(one));
  if (path === undefined) {
    const said = "It changes nothing under the paths that it acts on.";
    steps.stopped("paths", said);
    return said;
  }
  steps.passed("paths", `It changes ${cut(path, 100)}.`);
  return undefined;
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
  if (match.stillToAsk.includes("account") && !(await meansUs(question))) {
    return "It means another account than the one that Forgehand has there.";
  }
  if (await labelledByUs(question)) return "Forgehand changed this label itself.";
  if (event.kind === "push" || event.kind === "tag") {
    return (await pushedByUs(question)) ? "Forgehand pushed this itself." : { actor: event.actor, depth: 0 };
  }
  if (event.kind === "comment" && !(await speaksToUs(question, event))) {
    return "The comment speaks to another account than the one that Forgehand has there.";
  }
  const cause = comesByItself(event) ? await runBehind(question, shaOf(subject)) : undefined;
  if (cause === undefined) return { actor: event.actor, depth: 0 };
  if (cause.depth >= question.automation.followUp.depth) {
    return `Run ${cause.id} is follow-up number ${cause.depth} already: the chain ends here.`;
  }
  // A machine that was let in speaks by its own right, and yet starts no chain anew.
  const speaks = event.kind === "comment" || event.kind === "review";
  return { actor: speaks ? event.actor : cause.actor, depth: cause.depth + 1 };
}

/** Whether what happened to a commit may come of our own push, without a person in between. */
function comesByItself({ kind, actor }: ForgeEvent): boolean {
  return kind === "pull_request" || kind === "check" || isMachine(actor);
}

/** A command that begins with a mention counts where that means us; one that begins with /forgehand always. */
async function speaksToUs(
  { automation, forge, signal }: Question,
  { comment }: CommentEvent,
): Promise<boolean> {
  const mentioned = (askedBy(comment.body, automation) ?? spokenIn(comment.body))?.mentioned;
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

/**
 * Requests (label, command, mention, assignment) are refused with a comment; whatever else happened without permission is
 * only dropped.
 */
function refuse(question: Question, { actor, label, request }: Asker, reason: string): Plan {
  const { event, match, automation } = question;
  const asked = askedOf(question, { actor, label });
  if (asked === undefined) return drop(match, reason);
  const { said, ...refusal } = asked;
  const text = `Nothing was started for ${said} (${automation.name}). ${reason}${wayOn(event, request)}`;
  return { kind: "refuse", match, refusal: { ...refusal, text }, request };
}

/** Whom to tell of a refusal; undefined where nobody asked in so many words. */
function askedOf(question: Question, { actor, label }: Pick<Asker, "actor" | "label">): Asked | undefined {
  const { event, match, forge } = question;
  const thread = threadOf(event);
  const isAsked = label !== undefined || event.kind === "comment" || isAssignment(event) || isMention(match);
  // Nobody is there to be told, and a delivery that names who asks may be on its way.
  if (thread === undefined || !isAsked || isNobody(actor)) return undefined;
  const { id, fullName } = event.repo;
  return { forge: forge.name, repo: id, repoName: fullName, thread, actor, said: askedWith(question, label) };
}

function isAssignment(event: ForgeEvent): boolean {
  return (event.kind === "issue" || event.kind === "pull_request") && event.action === "assigned";
}

/** Only what may mean our account, or another one, asks about it. */
const isMention = ({ stillToAsk }: Match): boolean => stillToAsk.includes("account");

function askedWith({ event, match }: Question, label: string | undefined): string {
  if (label !== undefined) return `the label "${label}"`;
  if (isAssignment(event)) return "this assignment";
  return isMention(match) ? "this mention" : "this command";
}

/** What can be done about a refused label, which stays on. What is approved of a fork is its commit. */
function wayOn(event: ForgeEvent, request: LabelRequest | undefined): string {
  if (request === undefined) return "";
  if (pullRequestOf(event)?.fork === true) return " Who may ask for it can set the label again.";
  return " Who may ask for it can say `/forgehand approve`, or set the label again.";
}

function begin(question: Question, subject: ForgeEvent, { actor, depth, label, request }: Asker): Plan {
  const { event, automation, match, delivery, forge, groupOf } = question;
  const sha = shaOf(subject);
  const run = wantedRun(subject, automation, {
    groupOf,
    forge: forge.name,
    delivery,
    actor,
    depth,
    label,
    sha,
    ref: "ref" in event ? event.ref : undefined,
  });
  const thread = threadOf(subject);
  const on = thread?.kind;
  // What somebody says while an agent works is neither lost nor ends that work: it is taken up afterwards.
  const after = thread && run.publishes && isSaid(event) && doesAgentWork(automation) ? [thread] : undefined;
  const endsOlder = after === undefined && (on === "pull_request" || isPushed(event));
  return {
    kind: "start",
    match,
    run,
    cause:
      request === undefined
        ? { key: runKey(automation.name, forge.name, event, { sha, delivery }) }
        : { request },
    cancelsOlder: endsOlder && automation.concurrency === "newest",
    rules: automation,
    asked: askedOf(question, { actor, label }),
    alone: on === "issue" && after === undefined,
    ...(after === undefined ? {} : { after }),
  };
}

const isSaid = ({ kind }: ForgeEvent): boolean => kind === "comment" || kind === "review" || kind === "check";
