import type { Decision, DecisionStep } from "../core/decision.ts";
import type { NewRun, Run } from "../core/run.ts";
import { isOver } from "../core/run.ts";
import type { Approval, Request, StoreTransaction, ThreadPlace } from "../core/store.ts";
import { askFirstReports, cancelRun } from "../core/run-steps.ts";
import { pauseRun, resumeRun } from "../core/turn.ts";
import { code, neutralise } from "../core/text.ts";
import { activeBeside, endOthers, endsGroup } from "./beside.ts";
import { activeOn, endChain, postpone } from "./going-on.ts";
import { labelKey, retryKey } from "./key.ts";
import type { Outcome } from "./outcome.ts";
import { showComment } from "./outcome.ts";
import type { LabelRequest, Plan, WantedRun } from "./plan.ts";
import { whySpent } from "./spent.ts";

type Start = Extract<Plan, { kind: "start" }>;

/** Make a plan true, within one transaction. What others did meanwhile is seen here, and only here it counts. */
export async function apply(
  transaction: StoreTransaction,
  plan: Plan,
  steps: readonly DecisionStep[],
): Promise<Decision> {
  const { at, ...outcome } = await outcomeOf(transaction, plan);
  const last = at === undefined ? [] : [{ what: at, ok: outcome.outcome === "run", said: outcome.reason }];
  return { ...plan.match, ...outcome, steps: [...steps, ...last] };
}

async function outcomeOf(transaction: StoreTransaction, plan: Plan): Promise<Outcome> {
  switch (plan.kind) {
    case "nothing":
      if (plan.ends !== undefined) await endAnswer(transaction, plan.ends);
      return { outcome: plan.outcome, reason: plan.reason, run: plan.run };
    case "close request": {
      const request = await transaction.request(plan.request);
      if (request !== undefined) await transaction.saveRequest({ ...request, state: "closed" });
      return { outcome: "not matched", reason: plan.match.reason };
    }
    case "remember absence": {
      const absent = { ...plan.request, generation: 0, state: "closed", delivery: "" } as const;
      if ((await transaction.request(plan.request)) === undefined) await transaction.saveRequest(absent);
      return { outcome: "not matched", reason: plan.match.reason };
    }
    case "refuse":
      return refuse(transaction, plan);
    case "start": {
      const outcome = await begin(transaction, plan);
      if (outcome.outcome === "run") await noteBegun(transaction, plan.run, plan.asked !== undefined);
      return outcome;
    }
    case "retry": {
      const outcome = await retry(transaction, plan);
      if (outcome.outcome === "run" && plan.ends !== undefined) await endAnswer(transaction, plan.ends);
      return outcome;
    }
    case "wait": {
      await transaction.wait(plan.wait);
      await showComment(transaction, plan.wait);
      return { outcome: "waits", reason: `It starts when somebody approves the head ${plan.wait.sha}.` };
    }
    case "approve":
      return approve(transaction, plan.approval);
    case "cancel":
      return cancel(transaction, plan);
    case "pause":
    case "resume":
      return hold(transaction, plan);
    case "end chain":
      return endChain(transaction, plan);
    case "answer": {
      const { answer, once } = plan;
      if (!(await transaction.answer(answer, { once }))) {
        return { outcome: "dropped", reason: "The help was given here already." };
      }
      await showComment(transaction, answer);
      return { outcome: "answered", reason: plan.match.reason };
    }
  }
}

async function endAnswer(transaction: StoreTransaction, place: ThreadPlace): Promise<void> {
  await transaction.endAnswer(place);
  await showComment(transaction, place);
}

function begin(transaction: StoreTransaction, plan: Start): Promise<Outcome> {
  const { cause, run } = plan;
  if ("key" in cause) return start(transaction, plan, { ...run, key: cause.key });
  return "request" in cause
    ? answer(transaction, plan, cause.request)
    : answerRefused(transaction, plan, cause.refused);
}

/** What a comment asked for is under way: an answer to a command before it says nothing any more. */
async function noteBegun(
  transaction: StoreTransaction,
  { event, forge, repo, thread }: WantedRun,
  asked: boolean,
): Promise<void> {
  const isSaid = event.kind === "comment" || event.kind === "review";
  if ((!isSaid && !asked) || thread === undefined) return;
  await endAnswer(transaction, { forge, repo: repo.id, thread });
}

/** Keep an approval, and match again what waited for it. */
async function approve(transaction: StoreTransaction, approval: Approval): Promise<Outcome> {
  await transaction.approve(approval);
  const waits = await transaction.endWaits(approval);
  const waiting = new Set(waits.filter(({ sha }) => sha === approval.sha).map(({ delivery }) => delivery));
  for (const delivery of waiting) await transaction.ask("match", delivery);
  await endAnswer(transaction, approval);
  return { outcome: "approved", reason: `${approval.actor.login} approved the head ${approval.sha}.` };
}

async function cancel(
  transaction: StoreTransaction,
  { runs, why, place, closes, match }: Extract<Plan, { kind: "cancel" }>,
): Promise<Outcome> {
  const request = closes === undefined ? undefined : await transaction.request(closes);
  if (request !== undefined) await transaction.saveRequest({ ...request, state: "closed" });
  const ended: number[] = [];
  for (const id of runs) {
    const run = await transaction.run(id);
    if (run === undefined || isOver(run.state)) continue;
    await cancelRun(transaction, id, why);
    ended.push(id);
  }
  await endAnswer(transaction, place);
  const [first] = ended;
  if (first === undefined) return { outcome: "dropped", reason: "What it cancels was over already." };
  return { outcome: "cancelled", reason: match.reason, run: first };
}

/** Hold runs back, or let them go on. */
async function hold(
  transaction: StoreTransaction,
  { kind, runs, why, place, match }: Extract<Plan, { kind: "pause" | "resume" }>,
): Promise<Outcome> {
  const held: number[] = [];
  for (const id of runs) {
    const run = await (kind === "pause" ? pauseRun(transaction, id, why) : resumeRun(transaction, id));
    if (run !== undefined) held.push(id);
  }
  await endAnswer(transaction, place);
  const [first] = held;
  const past = kind === "pause" ? "paused" : "resumed";
  if (first === undefined) return { outcome: "dropped", reason: `There is nothing to be ${past} any more.` };
  return { outcome: past, reason: match.reason, run: first };
}

async function refuse(
  transaction: StoreTransaction,
  { refusal, request }: Extract<Plan, { kind: "refuse" }>,
): Promise<Outcome> {
  if (request !== undefined) {
    const next = nextRequest(await transaction.request(request), request, "");
    if (next === undefined)
      return { outcome: "dropped", reason: "This label was answered already.", at: "same happening" };
    await transaction.saveRequest({ ...next, state: "answered" });
  }
  const told = await transaction.refuse(refusal);
  if (told) await showComment(transaction, refusal);
  return { outcome: "refused", reason: refusal.text };
}

/** Start the run that a trigger label asks for, once for each generation of its request. */
async function answer(transaction: StoreTransaction, plan: Start, asked: LabelRequest): Promise<Outcome> {
  const request = nextRequest(await transaction.request(asked), asked, plan.run.delivery);
  if (request === undefined)
    return { outcome: "dropped", reason: "This label was answered already.", at: "same happening" };
  const [active] = await transaction.activeRuns(asked);
  if (active !== undefined) {
    await transaction.saveRequest({ ...request, state: "open" });
    return { outcome: "waits", reason: `It starts when run ${active.id} is over.`, at: "concurrency" };
  }
  const key = labelKey(asked.automation, asked.forge, plan.run.event, request.generation);
  const outcome = await added(transaction, { ...plan.run, key }, plan);
  await transaction.saveRequest({ ...request, state: "answered", run: outcome.run });
  return outcome;
}

/** Start the run of a label that was refused, since somebody who may ask for it approves. */
async function answerRefused(
  transaction: StoreTransaction,
  plan: Start,
  asked: LabelRequest,
): Promise<Outcome> {
  const request = await transaction.request(asked);
  if (request?.state !== "answered" || request.run !== undefined) {
    return { outcome: "dropped", reason: "This label waits for nobody's approval any more." };
  }
  const [active] = await transaction.activeRuns(asked);
  if (active !== undefined) {
    return { outcome: "dropped", reason: `Run ${active.id} of this automation is still active there.` };
  }
  const key = labelKey(asked.automation, asked.forge, plan.run.event, request.generation);
  const outcome = await added(transaction, { ...plan.run, key }, plan);
  await transaction.saveRequest({ ...request, run: outcome.run });
  return outcome;
}

/**
 * The generation of a request that a label opens now; undefined where this labelling was answered before. A labelling
 * of another id proves that the label was gone in between, though nobody told us.
 */
function nextRequest(
  kept: Request | undefined,
  { labelling, ...key }: LabelRequest,
  delivery: string,
): Request | undefined {
  const fresh = (generation: number): Request => ({
    ...key,
    generation,
    state: "open",
    delivery,
    labelling,
  });
  if (kept === undefined) return fresh(1);
  if (kept.state === "open") return fresh(kept.generation);
  const same = labelling === undefined ? kept.state === "answered" : kept.labelling === labelling;
  return same ? undefined : fresh(kept.generation + 1);
}

async function start(transaction: StoreTransaction, plan: Start, run: NewRun): Promise<Outcome> {
  const busy = plan.after && (await activeOn(transaction, run, plan.after));
  if (busy !== undefined) return postpone(transaction, run, busy);
  const older = await activeBeside(transaction, run);
  const [active] = older.filter((one) => one.key !== run.key);
  if (plan.alone && active !== undefined) {
    return {
      outcome: "dropped",
      reason: `Run ${active.id} of this automation is still active there.`,
      at: "concurrency",
    };
  }
  const newer = plan.seen === undefined ? undefined : await newerThan(transaction, run, plan.seen);
  if (newer !== undefined) {
    await transaction.ask("match", run.delivery);
    return {
      outcome: "waits",
      reason: `Run ${newer.id} began there at the same moment, so it is looked at again.`,
      at: "newest head",
    };
  }
  return added(transaction, run, plan, plan.cancelsOlder ? older : []);
}

/** A run of the same pull request or ref that came after the newest one that was looked at. */
async function newerThan(
  transaction: StoreTransaction,
  { automation, forge, repo, thread, ref, key }: NewRun,
  seen: number,
): Promise<Run | undefined> {
  const place = { automation, forge, repo: repo.id };
  const of = thread === undefined ? ref && { ...place, ref } : { ...place, thread };
  const newest = of ? await transaction.newestRun(of) : undefined;
  return newest !== undefined && newest.id > seen && newest.key !== key ? newest : undefined;
}

async function retry(
  transaction: StoreTransaction,
  plan: Extract<Plan, { kind: "retry" }>,
): Promise<Outcome> {
  const { run } = plan;
  const [active] = await activeBeside(transaction, run);
  if (active !== undefined)
    return {
      outcome: "dropped",
      reason: `Run ${active.id} is active there.`,
      run: active.id,
      at: "concurrency",
    };
  return added(transaction, run, plan);
}

/** Add a run, unless its budget is spent, and end those whose place it takes. */
async function added(
  transaction: StoreTransaction,
  wanted: NewRun,
  plan: Start | Extract<Plan, { kind: "retry" }>,
  beside: readonly Run[] = [],
): Promise<Outcome> {
  const spent = await whySpent(transaction, wanted, plan.rules);
  if (spent !== undefined) return refuseForNow(transaction, plan, spent);
  const { run, added: isNew } = await transaction.addRun(wanted);
  if (!isNew)
    return {
      outcome: "dropped",
      reason: `Run ${run.id} was started for this already.`,
      run: run.id,
      at: "same happening",
    };
  await askFirstReports(transaction, run);
  await endOthers(transaction, run, { beside, group: endsGroup(plan.rules) });
  return { outcome: "run", reason: whyAdded(plan), run: run.id, at: "run" };
}

/** Say to whoever asked in so many words that there is nothing left to spend; the answer goes when something starts. */
async function refuseForNow(
  transaction: StoreTransaction,
  { asked, match }: Pick<Start, "asked" | "match">,
  reason: string,
): Promise<Outcome> {
  if (asked === undefined) return { outcome: "dropped", reason, at: "budget" };
  const { said, ...answer } = asked;
  const text = `Nothing was started for ${neutralise(said)} (\`${code(match.automation)}\`). ${neutralise(reason)} Please ask again then.`;
  await transaction.answer({ ...answer, text });
  await showComment(transaction, answer);
  return { outcome: "refused", reason, at: "budget" };
}

const whyAdded = (plan: Start | Extract<Plan, { kind: "retry" }>): string =>
  plan.kind === "retry" ? plan.reason : plan.match.reason;

/** The run that repeats one that ended badly. A run from an issue starts from the branch's head of its own day. */
export function repeated(run: Run): NewRun {
  return { ...run, key: retryKey(run), sha: run.publishes ? undefined : run.sha };
}
