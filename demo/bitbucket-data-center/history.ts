import type { Attempt, StandingHook } from "../stand-in/hooks.ts";
import { arrived } from "../stand-in/hooks.ts";

/** How a call of a webhook's address ends: by an answer of 2xx, by another one, or by none. */
export const OUTCOMES = ["SUCCESS", "FAILURE", "ERROR"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Days that are counted. */
const WINDOW = 30;

function outcomeOf(attempt: Attempt): Outcome {
  if (attempt.status === 0) return "ERROR";
  return arrived(attempt) ? "SUCCESS" : "FAILURE";
}

/** The newest call: there is no other left of the same event and outcome. */
export function latestOf(
  { attempts }: StandingHook,
  { event, outcome }: { readonly event?: string | null; readonly outcome?: string | null },
): Attempt | undefined {
  return attempts.findLast(
    (one) => (!event || one.event === event) && (!outcome || outcomeOf(one) === outcome),
  );
}

/** How often the address was called, and the newest calls, without what was sent. */
export function statisticsShape(hook: StandingHook) {
  const count = (outcome: Outcome) => hook.attempts.filter((one) => outcomeOf(one) === outcome).length;
  const last = (outcome: Outcome) => {
    const call = latestOf(hook, { outcome });
    return call && callShape(hook, call);
  };
  return {
    counts: {
      errors: count("ERROR"),
      failures: count("FAILURE"),
      successes: count("SUCCESS"),
      window: { start: Date.now() - WINDOW * 24 * 60 * 60_000, duration: WINDOW * 24 * 60 * 60_000 },
    },
    lastSuccess: last("SUCCESS"),
    lastFailure: last("FAILURE"),
    lastError: last("ERROR"),
  };
}

/** A call with what was sent, as the log of a webhook shows it. */
export function invocationShape(hook: StandingHook, call: Attempt) {
  const { request, ...rest } = callShape(hook, call);
  const headers = Object.entries(call.request.headers).map(([name, value]) => [capitalised(name), value]);
  return {
    ...rest,
    request: { ...request, headers: Object.fromEntries(headers) as unknown, body: call.request.body },
  };
}

function callShape({ url }: StandingHook, call: Attempt) {
  const { id, event, at, status } = call;
  const time = at.getTime();
  return {
    id,
    event,
    start: time,
    finish: time,
    duration: 0,
    request: { method: "POST", url },
    result: { outcome: outcomeOf(call), description: status === 0 ? "Connection refused" : String(status) },
  };
}

function capitalised(name: string): string {
  return name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}
