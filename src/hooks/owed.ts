import type { KeptHook, Recovery } from "../core/kept-hook.ts";
import type { LostDelivery } from "../core/webhooks.ts";

const HOUR_MS = 3_600_000;

/** No forge remembers deliveries for less long (github.com: 3 days); what is older is nobody's business any more. */
export const MEMORY_MS = 3 * 24 * HOUR_MS;
/** What was on its way at the last look may have been lost after it. */
const OVERLAP_MS = HOUR_MS;
/** How often one delivery is asked for at most: one that is lost each time again has a reason. */
const MOST_TRIES = 3;

/** Since when lost deliveries of a webhook are asked for: never from before it was connected. */
export function lostSince({ connectedAt, healedUntil }: KeptHook, now: Date): Date {
  const times = [connectedAt.getTime(), healedUntil.getTime() - OVERLAP_MS, now.getTime() - MEMORY_MS];
  return new Date(Math.max(...times));
}

/**
 * Which lost deliveries are to be brought: those that did not come by another way and that nobody brought yet. One
 * whose bringing nobody saw the end of is brought again, since what it starts is started once.
 */
export function owed(
  lost: readonly LostDelivery[],
  { known, recoveries }: { known: ReadonlySet<string>; recoveries: readonly Recovery[] },
): LostDelivery[] {
  const ended = new Set(
    recoveries.filter(({ outcome }) => outcome !== "asked").map(({ attempt }) => attempt),
  );
  return lost.filter((one) => {
    if (one.id !== undefined && known.has(one.id)) return false;
    return !ended.has(one.attempt) && triesOf(one, recoveries) < MOST_TRIES;
  });
}

/** How often bringing it was begun: the forge counts each time that it loses a delivery as another attempt. */
export function triesOf({ attempt, id }: LostDelivery, recoveries: readonly Recovery[]): number {
  const same = recoveries.filter((one) => one.attempt === attempt || (id !== undefined && one.id === id));
  return same.reduce((sum, { tries }) => sum + tries, 0);
}
