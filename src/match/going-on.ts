import type { Thread } from "../core/event.ts";
import type { NewRun, Run } from "../core/run.ts";
import type { StoreTransaction } from "../core/store.ts";
import { askReports } from "../core/run-steps.ts";
import type { Outcome } from "./outcome.ts";
import { showComment } from "./outcome.ts";
import type { Plan } from "./plan.ts";

/** An active run of the automation on any of these, but for the one that this would be. */
export async function activeOn(
  transaction: StoreTransaction,
  { automation, forge, repo, key }: NewRun,
  threads: readonly Thread[],
): Promise<Run | undefined> {
  for (const thread of threads) {
    const active = await transaction.activeRuns({ automation, forge, repo: repo.id, thread });
    const busy = active.find((run) => run.key !== key);
    if (busy !== undefined) return busy;
  }
  return undefined;
}

/** Let a delivery wait for the end of a run, and say so to whoever spoke. */
export async function postpone(transaction: StoreTransaction, wanted: NewRun, busy: Run): Promise<Outcome> {
  const { automation, forge, repo, delivery, event, thread } = wanted;
  const reason = `It starts when run ${busy.id} is over.`;
  if (busy.thread !== undefined) {
    await transaction.postpone({ automation, forge, repo: repo.id, thread: busy.thread, delivery });
  }
  if (thread !== undefined && event.kind !== "check") {
    const place = { forge, repo: repo.id, repoName: repo.fullName, thread };
    const text = `Run ${busy.id} is under way. What you said is taken up when it is over.`;
    await transaction.answer({ ...place, actor: event.actor, text });
    await showComment(transaction, place);
  }
  return { outcome: "waits", reason, at: "concurrency" };
}

/** Say once on a run that nothing follows on it by itself any more. */
export async function endChain(
  transaction: StoreTransaction,
  { run: id, what, said }: Extract<Plan, { kind: "end chain" }>,
): Promise<Outcome> {
  const run = await transaction.run(id);
  if (run !== undefined && !run.reason.includes(said)) {
    const reason = [run.reason, what, said].filter((part) => part !== "").join(" ");
    await askReports(transaction, await transaction.noteRun(id, { reason }));
  }
  return { outcome: "dropped", reason: `${what} ${said}` };
}
