import { ForgehandError } from "./errors.ts";
import type { Run, RunFacts, RunMove, WaitsFor } from "./run.ts";
import { isOver } from "./run.ts";
import { placeKey, placesOf } from "./status.ts";
import type { StoreTransaction } from "./store.ts";

/**
 * How long a new run may take to be taken up before the forge is told that it waits, in milliseconds. Most are under way
 * sooner, and then that is all that there is to tell.
 */
const TAKEN_UP_MS = 300;

/** Ask for a report of every place that shows a run; called in the transaction that changed the run. */
export async function askReports(
  transaction: StoreTransaction,
  run: Run,
  options?: { delay: number },
): Promise<void> {
  for (const place of placesOf(run)) await transaction.ask("report", placeKey(place), options);
}

/** The same for a run that was just added. */
export function askFirstReports(transaction: StoreTransaction, run: Run): Promise<void> {
  return askReports(transaction, run, { delay: TAKEN_UP_MS });
}

/**
 * End a run that is not over: at once while it waits or is paused; else its worker is asked to. Returns the run as it is then.
 * Throws NOT_FOUND.
 */
export async function cancelRun(transaction: StoreTransaction, id: number, why: string): Promise<Run> {
  const run = await transaction.run(id);
  if (run === undefined) throw new ForgehandError("NOT_FOUND", `There is no run ${id} here.`);
  if (isOver(run.state)) return run;
  if (run.state === "running") return transaction.noteRun(id, { cancelRequested: why });
  return endRun(transaction, id, "cancel", { reason: why });
}

/**
 * Write the end of a run, ask for its reports, and wake what waited for it: the request of a label that was set again
 * meanwhile, and what people said.
 */
export async function endRun(
  transaction: StoreTransaction,
  id: number,
  move: RunMove,
  facts: RunFacts,
): Promise<Run> {
  const run = await transaction.moveRun(id, move, facts);
  await askReports(transaction, run);
  await letNextGo(transaction, run);
  const { automation, forge, repo, thread } = run;
  if (thread === undefined) return run;
  const place = { automation, forge, repo: repo.id, thread };
  const request = await transaction.request(place);
  if (request?.state === "open" && request.run !== id) await transaction.ask("match", request.delivery);
  for (const delivery of await transaction.takePostponed(place)) await transaction.ask("match", delivery);
  return run;
}

const LINES: readonly WaitsFor[] = ["group", "repository", "automation"];

/** Wake the runs that waited for a run which goes on no more, and let those behind them tell that they moved up. */
export async function letNextGo(transaction: StoreTransaction, run: Run): Promise<void> {
  for (const what of LINES) await wakeLine(transaction, run, what);
}

/** Wake the first run of a line. */
export async function wakeLine(transaction: StoreTransaction, of: Run, what: WaitsFor): Promise<void> {
  const [first, ...behind] = await transaction.line(of, what);
  if (first !== undefined) await transaction.ask("run", String(first.id));
  for (const run of behind) await askReports(transaction, run);
}
