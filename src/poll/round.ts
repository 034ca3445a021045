import { POLL_DOOR } from "../core/delivery.ts";
import { ForgehandError, messageOf } from "../core/errors.ts";
import type { Claim } from "../core/job.ts";
import type { RememberedWatch } from "../core/watch.ts";
import type { Purse } from "./budget.ts";
import { filled, fullPurse, spent, waitFor } from "./budget.ts";
import { toArrival } from "./finding.ts";
import type { Intervals } from "./interval.ts";
import { intervalsOf, isTold } from "./interval.ts";
import { kindsOf, lookAt } from "./look.ts";
import type { Look } from "./look.ts";
import { allWatches, lostClaim, refreshMembers } from "./members.ts";
import { readMemory, writeMemory } from "./memory.ts";
import type { PolledForge, PollTools } from "./polled.ts";
import type { State } from "./state.ts";
import { readState } from "./state.ts";

/** Repositories that one round looks at, and how many at once. */
const SLICE = 50;
const AT_ONCE = 4;
/** Findings that are kept in one transaction. */
const FINDINGS = 100;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long the members and the intervals of a forge stand before they are worked out again. */
const MEMBERS_MS = HOUR_MS;
const PACE_MS = MINUTE_MS;
/** How long a forge that answers with trouble is left alone, where it does not say itself. */
const TROUBLE_MS = MINUTE_MS;
/** How long a repository that is gone, and one that nothing is wanted of, are left alone. */
const GONE_MS = 6 * HOUR_MS;
const UNWANTED_MS = HOUR_MS;

/** What one process works out for a forge; what must outlast it is in the store. */
interface Plan {
  membersUntil: number;
  paceUntil: number;
  intervals: Intervals;
}

/** One round at a forge; gives back in how many milliseconds the next one is due. */
export type Round = (polled: PolledForge, claim: Claim, signal: AbortSignal) => Promise<number>;

/** Rounds of one process. The first one at a forge looks at everything soon: webhooks may have been missed before. */
export function createRounds(tools: PollTools): Round {
  const plans = new Map<string, Plan>();
  return (polled, claim, signal) => {
    const plan = plans.get(polled.name) ?? { membersUntil: 0, paceUntil: 0, intervals: { fast: 0, slow: 0 } };
    plans.set(polled.name, plan);
    return createRound(tools, polled, plan, claim, signal)();
  };
}

function createRound(
  tools: PollTools,
  polled: PolledForge,
  plan: Plan,
  claim: Claim,
  signal: AbortSignal,
): () => Promise<number> {
  const { store, now = Date.now } = tools;
  const { name, perHour } = polled;
  const log = tools.log.child({ forge: name });
  const pace = { interval: polled.interval, perHour: perHour ?? Infinity, pollOnly: tools.pollOnly };
  let state: State = {};

  const purse = (): Purse | undefined =>
    perHour === undefined ? undefined : filled(state.purse ?? fullPurse(perHour, now()), perHour, now());
  const pay = (requests: number): void => {
    const held = purse();
    if (held !== undefined) state = { ...state, purse: spent(held, requests) };
  };
  /** Milliseconds until so many requests are free. */
  const dearth = (cost: number): number => {
    const held = purse();
    return held === undefined || perHour === undefined ? 0 : waitFor(cost, held, perHour);
  };
  const wantedOf = ({ fullName }: { fullName: string }) => tools.wanted(name, fullName);
  const costOf = (watch: { fullName: string; cost?: number }) => {
    const kinds = kindsOf(wantedOf(watch));
    return kinds === 0 ? 0 : (watch.cost ?? kinds);
  };

  async function write(step: Parameters<typeof store.write<void>>[1]): Promise<void> {
    const written = await store.write(claim, async (transaction) => {
      await step(transaction);
      await transaction.savePolling(name, JSON.stringify(state));
    });
    if (written === "lost") throw lostClaim();
  }

  /** Trouble of the whole forge: it is left alone for a while. False: the trouble is another one. */
  async function putOff(error: unknown): Promise<boolean> {
    if (!(error instanceof ForgehandError)) return false;
    if (error.code !== "FORGE_RATE_LIMITED" && error.code !== "FORGE_BREAKER_OPEN") return false;
    state = { ...state, until: now() + Math.max(error.retryAfter ?? 0, TROUBLE_MS) };
    log.warn({ code: error.code, reason: error.message }, "a forge is not polled for a while");
    await write(() => Promise.resolve());
    return true;
  }

  /** False: the forge is put off. */
  async function refresh(): Promise<boolean> {
    if (plan.membersUntil > now()) return true;
    const soon = plan.membersUntil === 0;
    plan.membersUntil = now() + MEMBERS_MS;
    try {
      const requests = await refreshMembers({ store, claim, polled, log, signal }, { spread, soon });
      pay(requests);
      plan.paceUntil = 0;
      return true;
    } catch (error) {
      signal.throwIfAborted();
      plan.membersUntil = now() + TROUBLE_MS;
      if (!(error instanceof ForgehandError) || !error.code.startsWith("FORGE_")) throw error;
      if (await putOff(error)) return false;
      log.warn(
        { code: error.code, reason: error.message },
        "the repositories of a forge could not be listed",
      );
      return true;
    }
  }

  /** Times that are far enough apart for all to be looked at within one interval. */
  function spread(members: readonly { fullName: string }[]): (index: number) => Date {
    const start = now();
    const fast = members.map(costOf).reduce((one, other) => one + other, 0);
    const within = intervalsOf(pace, { fast, slow: 0 }).fast;
    return (index) => new Date(start + Math.floor((index * within) / members.length));
  }

  async function workOutPace(): Promise<void> {
    if (plan.paceUntil > now()) return;
    const costs = { fast: 0, slow: 0 };
    for (const watch of await allWatches(store, name)) {
      costs[isTold(watch) ? "slow" : "fast"] += costOf(watch);
    }
    plan.intervals = intervalsOf(pace, costs);
    plan.paceUntil = now() + PACE_MS;
  }

  const dueIn = (milliseconds: number): Date => new Date(now() + milliseconds);

  /** Look at one repository and keep what it came to. False: the forge is put off. */
  async function look(watch: RememberedWatch): Promise<boolean> {
    const { repo, fullName } = watch;
    const wanted = wantedOf(watch);
    const key = { forge: name, repo };
    if (kindsOf(wanted) === 0) {
      await write((transaction) => transaction.saveLook({ ...key, dueAt: dueIn(UNWANTED_MS) }));
      return true;
    }
    const planned = costOf(watch);
    pay(planned);
    const before = readMemory(watch.memory);
    try {
      const place = { id: repo, fullName };
      const looking = { forge: polled.forge, repo: place, wanted, now: now(), signal };
      const seen = await lookAt(looking, before);
      pay(seen.requests - planned);
      await keep(watch, seen, before.wanted === "" ? kindsOf(wanted) : seen.requests);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ForgehandError) || !error.code.startsWith("FORGE_")) throw error;
      if (await putOff(error)) return false;
      const failures = before.failures + 1;
      const { code } = error;
      const told = { repository: fullName, code, reason: messageOf(error) };
      if (failures === 1) log.warn(told, "a repository could not be looked at");
      else log.debug(told, "a repository could not be looked at again");
      const wait = code === "FORGE_NOT_FOUND" ? GONE_MS : Math.min(pauseAfter(failures), HOUR_MS);
      const memory = writeMemory({ ...before, failures });
      await write((transaction) => transaction.saveLook({ ...key, dueAt: dueIn(wait), memory }));
      return true;
    }
  }

  const pauseAfter = (failures: number): number =>
    Math.max(plan.intervals.fast, MINUTE_MS) * 2 ** (failures - 1);

  /** What was found and what is remembered go to disk together: nothing is lost, and nothing is found twice. */
  async function keep(watch: RememberedWatch, { found, memory }: Look, cost: number): Promise<void> {
    const arrivals = found
      .map((one) => toArrival(name, one, new Date(now())))
      .filter(({ reading }) => tools.wants(reading, { forge: name, door: POLL_DOOR }));
    while (arrivals.length > FINDINGS) {
      const slice = arrivals.splice(0, FINDINGS);
      await write(async (transaction) => {
        for (const arrival of slice) await transaction.keepFinding(arrival);
      });
    }
    const { fast, slow } = plan.intervals;
    const dueAt = dueIn(isTold(watch) ? slow : fast);
    const text = writeMemory(memory);
    await write(async (transaction) => {
      for (const arrival of arrivals) await transaction.keepFinding(arrival);
      const changed = text !== watch.memory && { memory: text };
      await transaction.saveLook({ forge: name, repo: watch.repo, dueAt, cost, ...changed });
    });
    if (found.length > 0)
      log.info({ repository: watch.fullName, found: found.length }, "looked at a repository");
  }

  /** Look at all of them, a few at once, while the budget lasts. Gives back how long it has to be waited for. */
  async function lookAtAll(due: readonly RememberedWatch[]): Promise<number> {
    const waiting = due.values();
    let wait = 0;
    const worker = async (): Promise<void> => {
      for (const watch of waiting) {
        wait = Math.max(wait, dearth(costOf(watch)));
        if (wait > 0 || state.until !== undefined) return;
        if (!(await look(watch))) return;
      }
    };
    const settled = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
    for (const one of settled) if (one.status === "rejected") throw one.reason;
    return wait;
  }

  return async () => {
    state = readState(await store.polling(name));
    if (state.until !== undefined && state.until > now()) return state.until - now();
    state = { ...state, until: undefined };
    if (await refresh()) {
      await workOutPace();
      const due = await store.dueWatches(name, { by: new Date(now()), limit: SLICE });
      const wait = await lookAtAll(due);
      if (wait > 0) return Math.min(wait, PACE_MS);
    }
    if (state.until !== undefined) return Math.max(0, state.until - now());
    const next = await store.nextWatch(name);
    const left = next === undefined ? PACE_MS : next.getTime() - now();
    return Math.min(Math.max(left, 0), PACE_MS);
  };
}
