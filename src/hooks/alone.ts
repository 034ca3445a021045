import { setTimeout as sleep } from "node:timers/promises";

import { ForgehandError } from "../core/errors.ts";
import type { Claim } from "../core/job.ts";
import { LEASE_MS } from "../core/job.ts";
import type { Store, StoreTransaction } from "../core/store.ts";

/** Milliseconds to wait for a server that looks after the webhooks just now, and between two looks whether it still does. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 100;

/** Writes down what was changed, and ends being alone. Said once. */
export type Finish = (step: (transaction: StoreTransaction) => Promise<void>) => Promise<void>;

/**
 * Change the webhooks of a forge while nobody looks after them: what is half changed would be mended. Where a server looks
 * after them from time to time (`tended`), it does so at once afterwards. Throws what `work` throws, and CLAIM_LOST where a
 * server does not come to an end.
 */
export async function alone<Answer>(
  store: Store,
  { forge, tended }: { forge: string; tended: boolean },
  work: (finish: Finish) => Promise<Answer>,
): Promise<Answer> {
  const claim = await claimOf(store, forge);
  const heart = setInterval(() => void store.renew(claim, LEASE_MS).catch(() => false), LEASE_MS / 3);
  try {
    return await work(async (step) => {
      const ended = await store.complete(claim, step, tended ? { again: 0 } : {});
      if (ended === "lost") throw busy(forge);
    });
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
    if (performance.now() > end) throw busy(forge);
    await sleep(LOOK_MS);
  }
}

async function isHeld(store: Store, forge: string): Promise<boolean> {
  const jobs = await store.jobs({ stage: "tend", limit: 200 });
  return jobs.some(({ subject, held }) => subject === forge && held);
}

const busy = (forge: string): ForgehandError =>
  new ForgehandError(
    "CLAIM_LOST",
    `A server looks after the webhooks of ${forge} at the same time and does not come to an end. Say this again: what is ` +
      "done already is not done twice.",
    { retryable: true },
  );
