import { messageOf } from "../core/errors.ts";
import type { Claim } from "../core/job.ts";
import type { RememberedWatch } from "../core/watch.ts";
import type { Intervals } from "./interval.ts";
import { intervalsOf, isTold } from "./interval.ts";
import { openLedger } from "./ledger.ts";
import { allWatches, refreshMembers } from "./members.ts";
import type { PolledForge, PollTools } from "./polled.ts";
import { isOurs, putsOff, TROUBLE_MS } from "./trouble.ts";
import type { Visiting } from "./visit.ts";
import { costOf, visit } from "./visit.ts";

/** Repositories that one round looks at, and how many at once. */
const SLICE = 50;
const AT_ONCE = 4;
/** How long the members and the intervals of a forge stand before they are worked out again. */
const MEMBERS_MS = 3_600_000;
const PACE_MS = 60_000;

/** What one process works out for a forge; what must outlast it is in the store. */
interface Plan {
  /** True until this process knows the members. */
  fresh: boolean;
  membersUntil: number;
  paceUntil: number;
  intervals: Intervals;
}

const newPlan = (): Plan => ({
  fresh: true,
  membersUntil: 0,
  paceUntil: 0,
  intervals: { fast: 0, slow: 0 },
});

/** One round at a forge; gives back in how many milliseconds the next one is due. */
type Round = (polled: PolledForge, claim: Claim, signal: AbortSignal) => Promise<number>;

/** Rounds of one process. The first one at a forge has all looked at soon: webhooks may have been missed before. */
export function createRounds(tools: PollTools): Round {
  const { store, now = Date.now } = tools;
  const plans = new Map<string, Plan>();

  return async (polled, claim, signal) => {
    const { name } = polled;
    const plan = plans.get(name) ?? newPlan();
    plans.set(name, plan);
    const ledger = await openLedger(polled, { store, claim, now });
    if (ledger.leftAlone() > 0) return ledger.leftAlone();
    const log = tools.log.child({ forge: name });
    const visiting = { ...tools, polled, ledger, now, log, signal };

    if (plan.membersUntil <= now()) await refresh(tools, visiting, plan);
    if (ledger.leftAlone() > 0) return ledger.leftAlone();
    if (plan.paceUntil <= now()) {
      plan.intervals = await pace(tools, visiting);
      plan.paceUntil = now() + PACE_MS;
    }
    const due = await store.dueWatches(name, { by: new Date(now()), limit: SLICE });
    const wait = await visitAll({ ...visiting, intervals: plan.intervals }, due);
    if (wait > 0) return wait;
    const next = await store.nextWatch(name);
    return next === undefined ? PACE_MS : Math.min(Math.max(next.getTime() - now(), 0), PACE_MS);
  };
}

/** Bring the members up to date. Where the forge does not list them, those that are known stand, for a while. */
async function refresh(
  { store, pollOnly }: PollTools,
  { polled, ledger, now, log, signal, wanted }: Omit<Visiting, "intervals">,
  plan: Plan,
): Promise<void> {
  plan.membersUntil = now() + MEMBERS_MS;
  plan.paceUntil = 0;

  /** Times that are far enough apart for all to be looked at within one interval. */
  const spread = (members: readonly { fullName: string }[]): ((index: number) => Date) => {
    const start = now();
    const costs = members.map((member) => costOf({ wanted, polled }, member));
    const fast = costs.reduce((one, other) => one + other, 0);
    const within = intervalsOf(paceOf(polled, pollOnly), { fast, slow: 0 }).fast;
    return (index) => new Date(start + Math.floor((index * within) / members.length));
  };

  try {
    ledger.pay(await refreshMembers({ store, ledger, polled, log, signal }, { spread, soon: plan.fresh }));
    plan.fresh = false;
    await ledger.write();
  } catch (error) {
    signal.throwIfAborted();
    if (isOurs(error)) throw error;
    plan.membersUntil = now() + TROUBLE_MS;
    log.warn({ reason: messageOf(error) }, "the repositories of a forge could not be listed");
    const off = putsOff(error);
    if (off === undefined) return;
    ledger.leave(off);
    await ledger.write();
  }
}

/** How often to look, by what all looks together take. */
async function pace(
  { store, pollOnly }: PollTools,
  { polled, wanted }: Pick<Visiting, "polled" | "wanted">,
): Promise<Intervals> {
  const costs = { fast: 0, slow: 0 };
  for (const watch of await allWatches(store, polled.name)) {
    costs[isTold(watch) ? "slow" : "fast"] += costOf({ wanted, polled }, watch);
  }
  return intervalsOf(paceOf(polled, pollOnly), costs);
}

const paceOf = ({ interval, perHour = Infinity }: PolledForge, pollOnly: boolean) => ({
  interval,
  perHour,
  pollOnly,
});

/**
 * Look at all of them, a few at once, while the budget lasts and the forge is not left alone. Gives back how many
 * milliseconds that has to be waited for.
 */
async function visitAll(visiting: Visiting, due: readonly RememberedWatch[]): Promise<number> {
  const { ledger } = visiting;
  const waiting = due.values();
  let dearth = 0;
  const worker = async (): Promise<void> => {
    for (const watch of waiting) {
      dearth = Math.max(dearth, ledger.dearth(costOf(visiting, watch)));
      if (dearth > 0 || ledger.leftAlone() > 0) return;
      await visit(visiting, watch);
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  for (const one of settled) if (one.status === "rejected") throw one.reason;
  return Math.max(Math.min(dearth, PACE_MS), ledger.leftAlone());
}
