const HOUR_MS = 3_600_000;

/** Requests that are still free, at a time in milliseconds. */
export interface Purse {
  readonly left: number;
  readonly at: number;
}

/**
 * A tenth of the budget may be spent at once, nine tenths come back as an hour passes: in no hour more is spent than the
 * budget.
 */
const capacity = (perHour: number): number => Math.max(1, perHour / 10);
const income = (perHour: number): number => (perHour - capacity(perHour)) / HOUR_MS;

/** A purse that nothing was spent of yet. */
export function fullPurse(perHour: number, now: number): Purse {
  return { left: capacity(perHour), at: now };
}

/** What is in the purse now. It never holds more than may be spent at once, also after the budget was made smaller. */
export function filled({ left, at }: Purse, perHour: number, now: number): Purse {
  const earned = Math.max(0, now - at) * income(perHour);
  return { left: Math.min(left + earned, capacity(perHour)), at: now };
}

/** Milliseconds until so many requests are free; 0 where they are. What is more than fits waits for a full purse. */
export function waitFor(cost: number, { left }: Purse, perHour: number): number {
  const missing = Math.min(cost, capacity(perHour)) - left;
  return missing <= 0 ? 0 : Math.ceil(missing / income(perHour));
}

export function spent(purse: Purse, requests: number): Purse {
  return { ...purse, left: purse.left - requests };
}
