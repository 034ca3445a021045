import type { Budget, Usage } from "./agent.ts";
import type { Automation, DailyBudget } from "./automation.ts";
import type { Actor, Repo } from "./event.ts";
import type { Run } from "./run.ts";

/** How long what was spent counts: 24 hours back from now, at any time of the day. */
export const BUDGET_WINDOW_MS = 24 * 60 * 60_000;

const MINUTE_MS = 60_000;

/** A run as a budget counts it. */
export interface Spending {
  readonly id: number;
  readonly forge: string;
  readonly repo: Repo;
  readonly actor: Actor;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** Milliseconds that its attempts took before the one that began at `startedAt`. */
  readonly earlier: number;
  readonly usage?: Usage;
}

/** The runs of an automation that were under way within the last 24 hours, and the store's clock. */
export interface Ledger {
  readonly now: Date;
  readonly spendings: readonly Spending[];
}

/** For whom it is asked: a run, or one that would be. */
export type Spender = Pick<Run, "forge" | "repo" | "actor"> & { readonly id?: number };

const PARTS = ["runs", "minutes", "tokens", "cost"] as const;
type Part = (typeof PARTS)[number];

/** A part of a budget of which nothing is left. */
export interface Exhausted {
  readonly part: Part;
  /** When there is some again at the latest; absent while that depends on runs that are under way. */
  readonly freeAt?: Date;
}

/**
 * Whether nothing is left of a budget for one more run: the part that stays spent for the longest time. A run counts from
 * when it is asked for until 24 hours after its end, what it took too. One that ended before it started never counts.
 */
export function exhausted(budget: DailyBudget, spender: Spender, ledger: Ledger): Exhausted | undefined {
  const others = sharing(budget, spender, ledger).filter(({ id }) => id !== spender.id);
  const spent = PARTS.flatMap((part): Exhausted[] => {
    const limit = budget[part];
    if (limit === undefined || sum(others, part, ledger.now) < limit) return [];
    const freeAt = whenFree(others, { part, limit, now: ledger.now });
    return [{ part, ...(freeAt === undefined ? {} : { freeAt }) }];
  });
  const time = ({ freeAt }: Exhausted): number => freeAt?.getTime() ?? Infinity;
  return spent.sort((one, other) => time(other) - time(one))[0];
}

/** What is left of a budget for a run, its own earlier attempts counted as spent. Absent: no limit. */
export interface Remaining extends Budget {
  readonly milliseconds?: number;
}

export function remaining(budget: DailyBudget, spender: Spender, ledger: Ledger): Remaining {
  const spendings = sharing(budget, spender, ledger);
  const left = (part: Part, limit: number): number => Math.max(0, limit - sum(spendings, part, ledger.now));
  return {
    ...(budget.tokens === undefined ? {} : { tokens: left("tokens", budget.tokens) }),
    ...(budget.cost === undefined ? {} : { cost: left("cost", budget.cost) }),
    ...(budget.minutes === undefined
      ? {}
      : { milliseconds: Math.round(left("minutes", budget.minutes) * MINUTE_MS) }),
  };
}

/**
 * What a run may spend of the budget of its automation: as much as is left by now. Runs that go on beside one another may
 * each take what was left when they began, so an exact limit needs `slots` too.
 */
export async function remainingBudget(
  store: { ledger(automation: string): Promise<Ledger> },
  { budget }: Pick<Automation, "budget">,
  run: Spender & Pick<Run, "automation">,
): Promise<Remaining> {
  return budget === undefined ? {} : remaining(budget, run, await store.ledger(run.automation));
}

/** Why nothing is started, as a sentence for whoever asked. */
export function sayExhausted(
  budget: DailyBudget,
  { actor, repo }: Spender,
  { part, freeAt }: Exhausted,
): string {
  const limit = budget[part] ?? 0;
  const amount = part === "cost" ? `$${limit}` : `${limit} ${limit === 1 ? part.replace(/s$/, "") : part}`;
  const whose =
    budget.per === "person"
      ? ` for ${actor.login}`
      : budget.per === "repository"
        ? ` for ${repo.fullName}`
        : "";
  const again =
    freeAt === undefined
      ? "It is free again 24 hours after what is under way has ended."
      : `It is free again at ${minuteOf(freeAt)} UTC.`;
  return `The budget of ${amount} in 24 hours${whose} is used up. ${again}`;
}

/** The first whole minute that is not before a moment. */
function minuteOf(moment: Date): string {
  const minute = new Date(Math.ceil(moment.getTime() / MINUTE_MS) * MINUTE_MS);
  return minute.toISOString().slice(0, 16).replace("T", " ");
}

/** What is counted together with a spender. */
function sharing({ per }: DailyBudget, spender: Spender, { spendings, now }: Ledger): Spending[] {
  return spendings.filter(
    (one) =>
      isCounted(one, now) &&
      (per === undefined ||
        (one.forge === spender.forge &&
          (per === "repository" ? one.repo.id === spender.repo.id : isSamePerson(one.actor, spender.actor)))),
  );
}

function isCounted({ startedAt, finishedAt, earlier }: Spending, now: Date): boolean {
  if (finishedAt === undefined) return true;
  return (startedAt !== undefined || earlier > 0) && finishedAt.getTime() > now.getTime() - BUDGET_WINDOW_MS;
}

/** By their ids, and by their logins alone where an old server names no ids. */
function isSamePerson(one: Actor, other: Actor): boolean {
  if (one.id !== "" && other.id !== "") return one.id === other.id;
  return one.login.toLowerCase() === other.login.toLowerCase();
}

const sum = (spendings: readonly Spending[], part: Part, now: Date): number =>
  spendings.reduce((total, one) => total + take(one, part, now), 0);

function take({ startedAt, finishedAt, earlier, usage }: Spending, part: Part, now: Date): number {
  switch (part) {
    case "runs":
      return 1;
    case "minutes": {
      const since = now.getTime() - BUDGET_WINDOW_MS;
      const from = Math.max(startedAt?.getTime() ?? Infinity, since);
      return (earlier + Math.max(0, (finishedAt ?? now).getTime() - from)) / MINUTE_MS;
    }
    case "tokens":
      return (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
    case "cost":
      return usage?.cost ?? 0;
  }
}

/** When so many runs count no more that there is some left again, should nothing else happen. */
function whenFree(
  spendings: readonly Spending[],
  { part, limit, now }: { part: Part; limit: number; now: Date },
): Date | undefined {
  const ended = spendings.flatMap(({ finishedAt, ...one }) =>
    finishedAt === undefined
      ? []
      : [{ at: finishedAt.getTime(), takes: take({ ...one, finishedAt }, part, now) }],
  );
  let left = sum(spendings, part, now);
  for (const { at, takes } of ended.sort((one, other) => one.at - other.at)) {
    left -= takes;
    if (left < limit) return new Date(at + BUDGET_WINDOW_MS);
  }
  return undefined;
}
