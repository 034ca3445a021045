import type { Automation } from "../core/automation.ts";
import type { Decision, DecisionStep, Match } from "../core/decision.ts";
import type { Delivery, Reading } from "../core/delivery.ts";
import { isOpenTo, POLL_DOOR } from "../core/delivery.ts";
import { actorName } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { Claim } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { Refs } from "../core/refs.ts";
import type { RepositoryFiles } from "../core/repository-file.ts";
import { REPOSITORY_FILE } from "../core/repository-file.ts";
import type { Run } from "../core/run.ts";
import { isOver } from "../core/run.ts";
import type { KeptDelivery, Store, StoreTransaction } from "../core/store.ts";
import { apply, repeated } from "./apply.ts";
import { planRemoval } from "./closing.ts";
import { contextsOf, decide, stepsOf } from "./decide.ts";
import { planFollowUp } from "./following.ts";
import type { Urge } from "./follow-up.ts";
import { urgeOf } from "./follow-up.ts";
import { giveWay } from "./giving-way.ts";
import { refusalOf } from "./permission.ts";
import { fileTrouble } from "./own-plan.ts";
import type { GroupOf, Plan, Planned } from "./plan.ts";
import type { ChangedPaths, Question } from "./question.ts";
import type { OwnAutomations } from "./repository-file.ts";
import { ownAutomations } from "./repository-file.ts";
import { settle } from "./settle.ts";
import { planTalk } from "./spoken.ts";
import { standingOf } from "./stale.ts";
import { startSteps } from "./steps.ts";
import { mayStop, planStop } from "./stopping.ts";
import type { Said, Talk } from "./talk.ts";
import { meantByRun, saidIn } from "./talk.ts";
import type { Told } from "./tell.ts";
import { tell } from "./tell.ts";
import { mayRemoveLabel } from "./triggers.ts";

/** What the step of a `match` job needs. */
export interface MatchTools {
  readonly store: Store;
  readonly automations: readonly Automation[];
  readonly forge: (name: string) => Forge | undefined;
  /** Reads a kept delivery again; undefined where its forge is not configured any more. */
  readonly normalise: (
    delivery: Pick<Delivery, "forge" | "door" | "event" | "headers" | "body">,
  ) => Reading | undefined;
  readonly changedPaths: ChangedPaths;
  /** What repositories may add by a file of their own; absent: nothing. */
  readonly files?: RepositoryFiles;
  readonly refs: Refs;
  readonly groupOf: GroupOf;
  readonly log: Log;
}

/**
 * The step of a `match` job: reads a kept delivery, asks the forge what is still to ask, and turns it into runs in one
 * transaction. Safe to repeat: keys and requests keep one happening from starting two runs.
 */
export function createMatchStep(tools: MatchTools): (claim: Claim, signal: AbortSignal) => Promise<void> {
  const { store, log } = tools;
  return async (claim, signal) => {
    const delivery = await store.delivery(claim.subject);
    const plans = delivery === undefined ? [] : await plansOf(tools, delivery, signal, claim);
    const told = await store.complete(claim, async (transaction) => {
      const made: Told[] = [];
      for (const { plan, steps } of plans) {
        const decision = await apply(transaction, plan, steps);
        made.push({ plan, decision });
        if (delivery?.door === POLL_DOOR) await noteMissed(transaction, delivery, plan, decision);
      }
      const decisions = made.map(({ decision }) => decision);
      // Without its body nothing can be decided anew: what was decided stands.
      if (delivery?.body !== undefined) await transaction.keepDecisions(delivery.key, decisions);
      return made;
    });
    if (told !== "lost" && delivery?.body !== undefined) tell(log, delivery, told);
  };
}

/** Something came of what the poller found: no webhook had told of it, so the repository is looked at more often. */
async function noteMissed(
  transaction: StoreTransaction,
  { forge }: KeptDelivery,
  plan: Plan,
  { outcome }: Decision,
): Promise<void> {
  const repo = plan.kind === "start" ? plan.run.repo.id : plan.kind === "refuse" ? plan.refusal.repo : "";
  if (repo === "" || outcome === "dropped") return;
  await transaction.noteMissed({ forge, repo, at: new Date() });
}

async function plansOf(
  tools: MatchTools,
  delivery: KeptDelivery,
  signal: AbortSignal,
  claim: Claim,
): Promise<Planned[]> {
  const { body } = delivery;
  const forge = tools.forge(delivery.forge);
  if (body === undefined || forge === undefined) return [];
  const reading = tools.normalise({ ...delivery, body });
  if (reading?.kind !== "event") return [];
  const ofServer = tools.automations.filter(({ name }) => isOpenTo(delivery.door, name));
  const plans: Planned[] = [];
  for (const [index, event] of reading.events.entries()) {
    const { store, refs, groupOf } = tools;
    const asking = { delivery: delivery.key, store, forge, signal, refs, groupOf };
    const added = await ownOf(tools, { delivery, event, forge, claim, signal });
    if (added.problems.length > 0) plans.push(fileTrouble(index, added.problems));
    const automations = [...ofServer, ...added.automations];
    const contexts = contextsOf([...tools.automations, ...added.automations]);
    const talk = event.kind === "comment" ? saidIn(event, automations, forge.name) : undefined;
    const meant = talk && meantByRun(talk);
    const all: Planned[] = [];
    const followUps = new Set<Plan>();
    for (const automation of automations) {
      const decided = decide(event, index, automation, forge.name, contexts);
      const match = automation === meant && talk !== undefined ? meantMatch(talk, decided) : decided;
      const steps = startSteps();
      const { changedPaths } = tools;
      const question = { event, automation, match, ...asking, changedPaths, steps };
      const urge = urgeOf(event, automation, { forge: forge.name, contexts });
      const plan = await planOf(question, urge, delivery);
      if (isFollowUp(plan, match)) followUps.add(plan);
      const looked =
        match === decided && !followUps.has(plan)
          ? stepsOf(event, automation, forge.name, contexts)
          : [triggeredBy(plan.match)];
      all.push({ plan, steps: [...looked, ...steps.all()] });
    }
    const own = giveWay(all, (plan) => followUps.has(plan));
    const said =
      talk === undefined ? [] : await planSaid({ ...talk, ...asking, index }, plansIn(own), delivery);
    const answered = new Set(said.map(({ match }) => match.automation));
    plans.push(...own.filter(({ plan }) => !answered.has(plan.match.automation)), ...said.map(withSteps));
  }
  return plans;
}

const plansIn = (planned: readonly Planned[]): Plan[] => planned.map(({ plan }) => plan);

/** What a comment says to Forgehand itself is looked at in one step, and in another where nothing comes of it. */
function withSteps(plan: Plan): Planned {
  const stop = plan.kind === "nothing" ? [{ what: "asker", ok: false, said: plan.reason } as const] : [];
  return { plan, steps: [triggeredBy(plan.match), ...stop] };
}

const triggeredBy = ({ reason }: Match): DecisionStep => ({ what: "trigger", ok: true, said: reason });

/** The match of the one automation that `run` without a name means. */
function meantMatch({ spoken, event }: Said, { automation, origin, event: index }: Match): Match {
  const { pullRequest } = event;
  const headUnknown = pullRequest !== undefined && pullRequest.headSha === undefined;
  return {
    automation,
    ...(origin !== undefined && { origin }),
    event: index,
    matched: true,
    reason: `The comment says "${spoken.said}", which can only mean this one.`,
    stillToAsk: headUnknown ? ["permission", "head"] : ["permission"],
  };
}

/** What becomes of a command for Forgehand itself. It is carried out once, but for one that waits for an approval. */
async function planSaid(talk: Talk, own: readonly Plan[], delivery: KeptDelivery): Promise<Plan[]> {
  const plans = delivery.decisions?.filter(({ event, matched }) => event === talk.index && matched) ?? [];
  const done = plans.filter(({ outcome }) => outcome !== "waits");
  if (done.length === 0) return planTalk(talk, own);
  return done
    .filter(({ automation }) => !own.some(({ match }) => match.matched && match.automation === automation))
    .map(({ outcome: _, run, ...match }) => ({
      kind: "nothing",
      match,
      outcome: "dropped",
      reason: "This command was carried out already.",
      run,
    }));
}

/** What the repository of an event adds. The private address of an automation of the server leads to that one alone. */
async function ownOf(
  { files, store, log }: MatchTools,
  { delivery, ...asked }: { delivery: KeptDelivery } & Parameters<typeof ownAutomations>[1],
): Promise<OwnAutomations> {
  if (files === undefined || !isOpenTo(delivery.door, REPOSITORY_FILE))
    return { automations: [], problems: [] };
  return ownAutomations({ files, store, log }, asked);
}

/** Whether a plan comes of work that an agent goes on with, and not of a trigger. */
const isFollowUp = ({ match }: Plan, decided: Match): boolean =>
  match.matched && match.reason !== decided.reason;

async function planOf(
  question: Question,
  urge: Urge | undefined,
  { decisions, receivedAt }: KeptDelivery,
): Promise<Plan> {
  const { match, event, automation, steps } = question;
  const before = decisions?.find((one) => one.automation === match.automation && one.event === match.event);
  /** Only what starts nothing may end something, and once. */
  const stopped = async (plan: Plan): Promise<Plan> => {
    const isIdle = plan.kind === "nothing" || plan.kind === "close request";
    const mayEnd = isIdle && !STOPPED.has(before?.outcome) && mayStop(event, automation.on);
    return mayEnd ? planStop(question, receivedAt, plan) : plan;
  };
  if (urge !== undefined) {
    if (before?.run !== undefined)
      return again({ ...question, match: { ...match, matched: true, reason: before.reason } }, before.run);
    const plan = await planFollowUp(question, urge, { receivedAt, before });
    if (plan !== undefined) return plan;
  }
  if (!match.matched) {
    const plan: Plan = mayRemoveLabel(event, automation.on)
      ? await planRemoval(question)
      : { kind: "nothing", match, outcome: "not matched", reason: match.reason };
    return stopped(plan);
  }
  if (before?.run !== undefined) return again(question, before.run);
  const { stale, ...standing } = await standingOf(question);
  if (stale !== undefined) {
    steps.stopped("newest head", stale);
    return { kind: "nothing", match, outcome: "dropped", reason: stale };
  }
  const plan = await settle(question);
  return stopped(plan.kind === "start" ? { ...plan, ...standing } : plan);
}

/** What a delivery does once only, though it comes again. */
const STOPPED: ReadonlySet<Decision["outcome"] | undefined> = new Set(["cancelled", "paused", "resumed"]);

/** The same delivery again: a run that ended badly is repeated, with the permission asked anew; any other run stands. */
async function again(question: Question, id: number): Promise<Plan> {
  const { store, match, forge, automation, signal, steps } = question;
  const run = await store.run(id);
  if (run === undefined || !endedBadly(run)) {
    const reason = `Run ${id} was started for this delivery already.`;
    steps.stopped("same delivery", reason);
    return { kind: "nothing", match, outcome: "dropped", reason, run: id };
  }
  const refused = await refusalOf(forge, { actor: run.actor, of: run.event }, automation, signal);
  steps.passed(
    "same delivery",
    `Run ${id} was started for this delivery and ended badly: it may be repeated.`,
  );
  if (refused !== undefined) {
    steps.stopped("permission", refused);
    return { kind: "nothing", match, outcome: "dropped", reason: refused, run: id };
  }
  steps.passed("permission", `${actorName(run.actor)} may still ask for it.`);
  const reason = "The delivery came again after a run that ended badly.";
  return { kind: "retry", match, run: repeated(run), reason, rules: automation };
}

const endedBadly = (run: Run): boolean =>
  isOver(run.state) && (run.state === "errored" || run.state === "failed");
