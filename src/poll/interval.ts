import type { Watch } from "../core/watch.ts";

/** How often a repository is looked at while looking is all that tells of it, in milliseconds. */
const FAST_MS = 15_000;
/** How often while its webhooks arrive: then looking is only the safety net. */
const SLOW_MS = 3_600_000;
const HOUR_MS = 3_600_000;

/** What the owner says about how often to look. */
export interface Pace {
  /** The owner's own interval, which nothing overrides. */
  readonly interval?: number | undefined;
  /** Requests that may be made in an hour. */
  readonly perHour: number;
  /** True where no webhook can be received: then none slows the looks. */
  readonly pollOnly: boolean;
}

/** Milliseconds between two looks at a repository: whose webhooks are not known to arrive, and whose are. */
export interface Intervals {
  readonly fast: number;
  readonly slow: number;
}

/** The part of the requests in an hour that is planned; the rest is there for looks that take more than was thought. */
const PLANNED = 0.9;

/** How often to look, so that all looks together stay within the budget. `costs`: requests of one look at each. */
export function intervalsOf(pace: Pace, costs: { fast: number; slow: number }): Intervals {
  const { interval, perHour, pollOnly } = pace;
  if (interval !== undefined) return { fast: interval, slow: interval };
  const planned = perHour * PLANNED;
  const all = costs.fast + costs.slow;
  if (pollOnly) {
    const same = whole(Math.max(FAST_MS, (HOUR_MS * all) / planned));
    return { fast: same, slow: same };
  }
  const slow = Math.max(SLOW_MS, (HOUR_MS * all) / planned);
  const left = planned - (costs.slow * HOUR_MS) / slow;
  const fast = Math.max(FAST_MS, (HOUR_MS * costs.fast) / left);
  return { fast: whole(Math.min(fast, slow)), slow: whole(slow) };
}

/** Whether webhooks of a repository arrive: one did, and no look since found what none had told of. */
export function isTold({ webhookAt, missedAt }: Pick<Watch, "webhookAt" | "missedAt">): boolean {
  return webhookAt !== undefined && (missedAt === undefined || webhookAt > missedAt);
}

const whole = (time: number): number => Math.ceil(time / 1_000) * 1_000;
