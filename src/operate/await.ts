import { setTimeout as wait } from "node:timers/promises";

import type { Decision } from "../core/decision.ts";
import type { Run } from "../core/run.ts";
import { isOver } from "../core/run.ts";
import type { Store } from "../core/store.ts";

/** Milliseconds between two looks into the store: another process writes what we wait for. */
const LOOK_MS = 200;

async function within<Found>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  const until = performance.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() >= until) return found;
    await wait(LOOK_MS, undefined, { signal });
  }
}

/** What was decided about a delivery, once no match of it is owed; undefined where that takes longer than so long (ms). */
export function decided(
  store: Pick<Store, "delivery" | "jobs">,
  key: string,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<readonly Decision[] | undefined> {
  return within(milliseconds, signal, async () => {
    const owed = await store.jobs({ stage: "match", subject: key, limit: 1 });
    return owed.length > 0 ? undefined : ((await store.delivery(key))?.decisions ?? []);
  });
}

/** A run once it is over. */
export async function overRun(store: Pick<Store, "run">, id: number, signal?: AbortSignal): Promise<Run> {
  const run = await within(Infinity, signal, async () => {
    const found = await store.run(id);
    return found !== undefined && isOver(found.state) ? found : undefined;
  });
  if (run === undefined) throw new TypeError("waiting without an end gave nothing");
  return run;
}
