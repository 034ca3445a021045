import type { Automation, Decision, DecisionStep } from "../core/automation.ts";
import type { Delivery, Reading } from "../core/delivery.ts";
import { isOpenTo, POLL_DOOR } from "../core/delivery.ts";
import { actorName } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { Claim } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { Run } from "../core/run.ts";
import { isOver } from "../core/run.ts";
import type { KeptDelivery, Store, StoreTransaction } from "../core/store.ts";
import { apply, repeated } from "./apply.ts";
import { planRemoval } from "./closing.ts";
import { decide, stepsOf } from "./decide.ts";
import { isStale } from "./stale.ts";
import { refusalOf } from "./permission.ts";
import type { Plan } from "./plan.ts";
import type { Question } from "./question.ts";
import { settle } from "./settle.ts";
import { startSteps } from "./steps.ts";
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
      if (delivery !== undefined) await transaction.keepDecisions(delivery.key, decisions);
      return made;
    });
    if (told !== "lost" && delivery !== undefined) tell(log, delivery, told);
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

/** A plan, and how it was come to. */
interface Planned {
  readonly plan: Plan;
  readonly steps: readonly DecisionStep[];
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
  const automations = tools.automations.filter(({ name }) => isOpenTo(delivery.door, name));
  const plans: Planned[] = [];
  for (const [index, event] of reading.events.entries()) {
    for (const automation of automations) {
      const match = decide(event, index, automation, forge.name);
      const steps = startSteps();
      const question = {
        event,
        automation,
        match,
        delivery: delivery.key,
        store: tools.store,
        forge,
        signal,
        steps,
      };
      const plan = await planOf(question, delivery.decisions, claim);
      plans.push({ plan, steps: [...stepsOf(event, automation, forge.name), ...steps.all()] });
    }
  }
  return plans;
}

async function planOf(
  question: Question,
  earlier: readonly Decision[] | undefined,
  claim: Claim,
): Promise<Plan> {
  const { match, event, automation, steps } = question;
  if (!match.matched) {
    if (mayRemoveLabel(event, automation.on)) return planRemoval(question);
    return { kind: "nothing", match, outcome: "not matched", reason: match.reason };
  }
  const before = earlier?.find((one) => one.automation === match.automation && one.event === match.event);
  if (before?.run !== undefined) return again(question, before.run);
  if (await isStale(question, claim)) {
    const reason = "The pull request has a newer head already.";
    steps.stopped("newest head", reason);
    return { kind: "nothing", match, outcome: "dropped", reason };
  }
  return settle(question);
}

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
  return { kind: "retry", match, run: repeated(run) };
}

const endedBadly = (run: Run): boolean =>
  isOver(run.state) && (run.state === "errored" || run.state === "failed");
