import type { Claim, Stage } from "../../src/core/job.ts";
import type { Arrival, Store } from "../../src/core/store.ts";
import { issueEvent } from "./samples.ts";
import { until } from "./until.ts";

/** A lease that no test waits for, and one that is over before anybody looks. */
export const LONG = 60_000;
export const OVER = 1;

export function arrival(
  change: Partial<Arrival["delivery"]> = {},
  rest: Partial<Omit<Arrival, "delivery">> = {},
): Arrival {
  return {
    delivery: {
      forge: "github",
      door: "",
      id: "delivery-1",
      event: "issues",
      headers: { "x-github-event": "issues" },
      body: new TextEncoder().encode('{"action":"labeled"}'),
      receivedAt: new Date(1_700_000_000_123),
      ...change,
    },
    reading: { kind: "event", events: [issueEvent()] },
    wanted: true,
    ...rest,
  };
}

/** Claim what must be due by now or soon. */
export function claimed(store: Store, stage: Stage, lease = LONG): Promise<Claim> {
  return until(() => store.claim(stage, { lease }));
}

/** Ask for a job that belongs to nobody's step. */
export function ask(store: Store, stage: Stage, subject: string, delay?: number): Promise<void> {
  return store.change((transaction) => transaction.ask(stage, subject, delay === undefined ? {} : { delay }));
}

export const nothing = (): Promise<void> => Promise.resolve();

/** Record deliveries, doing a job of anybody's after each; the subjects of the jobs that were done. */
export async function recordAndClaim(store: Store, from: number, to: number): Promise<string[]> {
  const done: string[] = [];
  for (let id = from; id < to; id += 1) {
    await store.record(arrival({ id: `delivery-${id}` }));
    const claim = await store.claim("match", { lease: LONG });
    if (claim === undefined) continue;
    await store.complete(claim, (transaction) => transaction.keepDecisions(claim.subject, []));
    done.push(claim.subject);
  }
  return done;
}
