import type { Claim } from "../core/job.ts";
import type { Run, RunFacts, RunMove } from "../core/run.ts";
import { isOver } from "../core/run.ts";
import type { Store, StoreTransaction } from "../core/store.ts";
import { askReports, endRun } from "../core/run-steps.ts";
import { holdBack } from "../core/turn.ts";
import { tryAgain } from "./retry.ts";

/**
 * Write the end of a run, ask for its reports and wake what waited for it. A run that a person ended meanwhile stays as
 * it is. `"lost"`: another worker has the run.
 */
export async function finish(
  store: Store,
  claim: Claim,
  { run, move, facts, signal }: { run: Run; move: RunMove; facts: RunFacts; signal: AbortSignal },
): Promise<"ok" | "lost"> {
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
