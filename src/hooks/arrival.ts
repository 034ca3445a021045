import { setTimeout as sleep } from "node:timers/promises";

import type { Store } from "../core/store.ts";

/** Milliseconds between two looks, and between two words about the waiting. */
const LOOK_MS = 200;
const WORD_MS = 5_000;

type Deliveries = Pick<Store, "deliveries">;

/** The newest delivery of a forge; empty where there is none. */
export async function newestDelivery(store: Deliveries, forge: string): Promise<string> {
  const [newest] = await store.deliveries({ forge, limit: 1 });
  return newest?.key ?? "";
}

/**
 * Wait until a delivery of a forge arrives that is newer than another one. Its key; undefined where none came within so
 * many milliseconds. `waiting` hears again and again how many milliseconds are left.
 */
export async function nextDelivery(
  store: Deliveries,
  forge: string,
  options: { after: string; within: number; waiting: (left: number) => void },
): Promise<string | undefined> {
  const began = performance.now();
  let told = began;
  for (;;) {
    const newest = await newestDelivery(store, forge);
    if (newest !== options.after) return newest;
    const now = performance.now();
    const left = began + options.within - now;
    if (left <= 0) return undefined;
    if (now - told >= WORD_MS) {
      options.waiting(left);
      told = now;
    }
    await sleep(Math.min(LOOK_MS, left));
  }
}
