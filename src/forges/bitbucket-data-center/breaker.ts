import type { Statistics } from "./replies.ts";

/** Failures after which Bitbucket leaves out what it should send, and the longest time for which it does. */
const FAILURES = 5;
const LONGEST_BREAK = 10 * 60 * 60_000;

/**
 * Whether a webhook is likely to be held back, in words; undefined where it is not. Bitbucket shows nobody that it does, but
 * when it called last and how that ended: from enough failures of which the last is the newest call, until the longest time
 * is over. Source: Bitbucket Data Center docs, "Troubleshooting webhooks", circuit breaking.
 */
export function heldBack(statistics: Statistics, now: Date): string | undefined {
  const { counts, lastSuccess, lastFailure, lastError } = statistics ?? {};
  const failed = (counts?.failures ?? 0) + (counts?.errors ?? 0);
  const last = Math.max(timeOf(lastFailure), timeOf(lastError));
  if (failed < FAILURES || last <= timeOf(lastSuccess)) return undefined;
  if (now.getTime() - last > LONGEST_BREAK) return undefined;
  return (
    `unhealthy: the last of ${failed} failures was at ${new Date(last).toISOString()}, with no success since, ` +
    "so that events are skipped for up to ten hours"
  );
}

function timeOf(call: { readonly finish: Date } | null | undefined): number {
  return call?.finish.getTime() ?? 0;
}
