import { ForgehandError } from "../core/errors.ts";
import type { NewRun, Run } from "../core/run.ts";
import { isOver } from "../core/run.ts";
import type { StoreTransaction } from "../core/store.ts";
import { askFirstReports } from "../core/run-steps.ts";
import { resumeRun } from "../core/turn.ts";

/** A run that repeats another; `added` is false where it was repeated before. `resumed`: the same one goes on. */
export interface Retried {
  readonly run: Run;
  readonly added: boolean;
  readonly resumed?: true;
}

/**
 * Let a run that is paused go on, or repeat one that is over, for whoever asked for it first. `repeat` makes the new run of an old one. A run is repeated
 * once: what came of that can be repeated again. Throws NOT_FOUND, and RUN_MOVE_ILLEGAL while something of the automation
 * is active there.
 */
export async function retryRun(
  transaction: StoreTransaction,
  id: number,
  repeat: (run: Run) => NewRun,
): Promise<Retried> {
  const old = await transaction.run(id);
  if (old === undefined)
    throw new ForgehandError("NOT_FOUND", `There is no run ${id} here, or it was pruned.`);
  const resumed = await resumeRun(transaction, id);
  if (resumed !== undefined) return { run: resumed, added: false, resumed: true };
  if (!isOver(old.state)) {
    const message = `Run ${id} is not over: it is ${old.state}. Cancel it first, or wait for its end.`;
    throw new ForgehandError("RUN_MOVE_ILLEGAL", message);
  }
  const { automation, forge, repo, thread } = old;
  const active =
    thread === undefined ? [] : await transaction.activeRuns({ automation, forge, repo: repo.id, thread });
  const wanted = { ...repeat(old), follows: id };
  const [beside] = active.filter(({ key }) => key !== wanted.key);
  if (beside !== undefined) {
    const message = `Run ${beside.id} of ${automation} is active there. Cancel it first, or wait for its end.`;
    throw new ForgehandError("RUN_MOVE_ILLEGAL", message);
  }
  const retried = await transaction.addRun(wanted);
  if (retried.added) await askFirstReports(transaction, retried.run);
  return retried;
}
