import { setTimeout as wait } from "node:timers/promises";

import type { Claim } from "../core/job.ts";
import type { Run, RunFacts, RunMove } from "../core/run.ts";
import { isOver } from "../core/run.ts";
import type { Store, StoreTransaction } from "../core/store.ts";
import { askReports, endRun } from "../core/run-steps.ts";
import { holdBack } from "../core/turn.ts";
import { placeKey, placesOf } from "../core/status.ts";
import { tryAgain } from "./retry.ts";

/** How long the end of a run waits for the forge to show that it is under way, and how often it looks (ms). */
const SHOWN_DEADLINE_MS = 2_000;
const SHOWN_LOOK_MS = 50;

/**
 * Write the end of a run, ask for its reports and wake what waited for it. A run that a person ended meanwhile stays as
 * it is. `"lost"`: another worker has the run.
 */
export async function finish(
  store: Store,
  claim: Claim,
  { run, move, facts, signal }: { run: Run; move: RunMove; facts: RunFacts; signal: AbortSignal },
): Promise<"ok" | "lost"> {
  if (run.state !== "queued") await waitUntilShown(store, run.id).catch(() => undefined);
  return tryAgain(signal, () =>
    store.complete(claim, async (transaction) => {
      const now = await transaction.run(run.id);
      if (now === undefined || isOver(now.state)) return "ok" as const;
      await endRun(transaction, run.id, move, facts);
      return "ok" as const;
    }),
  );
}

/** Put a run back for another worker, which takes it up at once. One that a person ended meanwhile stays as it is. */
export async function release(store: Store, claim: Claim, run: Run): Promise<void> {
  await store.complete(claim, (transaction) => putBack(transaction, run.id));
}

/**
 * Hold a run back whose command was ended for that. One that somebody ended meanwhile ends, and one that is not to be
 * held back any more starts again.
 */
export async function pause(
  store: Store,
  claim: Claim,
  { run, why, signal }: { run: Run; why: string; signal: AbortSignal },
): Promise<void> {
  await tryAgain(signal, () =>
    store.complete(claim, async (transaction) => {
      const now = await transaction.run(run.id);
      if (now?.state !== "running" && now?.state !== "queued") return;
      if (now.cancelRequested !== undefined) {
        await endRun(transaction, run.id, "cancel", { reason: now.cancelRequested });
      } else if (now.pauseRequested !== undefined) await holdBack(transaction, run.id, why);
      else await putBack(transaction, run.id);
    }),
  );
}

async function putBack(transaction: StoreTransaction, id: number): Promise<void> {
  const now = await transaction.run(id);
  if (now?.state === "running") await askReports(transaction, await transaction.moveRun(id, "requeue"));
  await transaction.ask("run", String(id));
}

/**
 * Wait a little until the forge shows the run as under way, so that people see a status begin before it ends. That is
 * a courtesy: it never fails, and a forge that cannot be reached delays no run for long.
 */
async function waitUntilShown(store: Store, id: number): Promise<void> {
  const run = await store.run(id);
  if (run === undefined) return;
  const keys = placesOf(run)
    .filter(({ kind }) => kind !== "labels")
    .map(placeKey);
  const deadline = Date.now() + SHOWN_DEADLINE_MS;
  while (Date.now() < deadline) {
    const places = await Promise.all(keys.map((key) => store.place(key)));
    const isShown = (place: (typeof places)[number]) =>
      place?.refused !== undefined || (place?.reportedAt !== undefined && place.reportedAt >= run.createdAt);
    if (places.every(isShown)) return;
    await wait(SHOWN_LOOK_MS);
  }
}
