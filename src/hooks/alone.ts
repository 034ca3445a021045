import { setTimeout as sleep } from "node:timers/promises";

import { ForgehandError } from "../core/errors.ts";
import type { Claim } from "../core/job.ts";
import { LEASE_MS } from "../core/job.ts";
import type { Store } from "../core/store.ts";

/** Milliseconds to wait for a server that looks after the webhooks just now, and between two looks whether it still does. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 100;

/**
 * Change the webhooks of a forge while nobody looks after them: what is half changed would be mended. `work` completes
 * the job that it is given; where it throws, the job goes back. Throws CLAIM_LOST where a server does not come to an end.
 */
export async function alone<Answer>(
  store: Store,
  forge: string,
  work: (claim: Claim) => Promise<Answer>,
): Promise<Answer> {
  const claim = await claimOf(store, forge);
  const heart = setInterval(() => void store.renew(claim, LEASE_MS).catch(() => false), LEASE_MS / 3);
  try {
    return await work(claim);
  } catch (error) {
    await store.giveBack(claim, { after: 0, error: "" });
    throw error;
  } finally {
    clearInterval(heart);
  }
}

async function claimOf(store: Store, forge: string): Promise<Claim> {
  const options = { lease: LEASE_MS, subject: forge };
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const due = await store.claim("tend", options);
    if (due !== undefined) return due;
    if (!(await isHeld(store, forge))) {
      await store.change((transaction) => transaction.ask("tend", forge));
      const asked = await store.claim("tend", options);
      if (asked !== undefined) return asked;
    }
    if (performance.now() > end) {
      throw new ForgehandError(
        "CLAIM_LOST",
        `A server is looking after the webhooks of ${forge} and does not come to an end. Nothing was changed: try again.`,
        { retryable: true },
      );
    }
    await sleep(LOOK_MS);
  }
}

async function isHeld(store: Store, forge: string): Promise<boolean> {
  const jobs = await store.jobs({ stage: "tend", limit: 200 });
  return jobs.some(({ subject, held }) => subject === forge && held);
}
