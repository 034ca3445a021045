import type { Automation } from "./automation.ts";
import { exhausted, sayExhausted } from "./budget.ts";
import type { Run } from "./run.ts";
import { isOver } from "./run.ts";
import type { StoreTransaction } from "./store.ts";
import { askReports, endRun, letNextGo, wakeLine } from "./run-steps.ts";

/** What became of a run that was to start: `idle` where it is over or paused. */
export type Turn = { readonly kind: "started" | "waits"; readonly run: Run } | { readonly kind: "idle" };

/**
 * Start a run, unless it has to wait for others, or is not to start at all: somebody ended or paused it, or the budget of
 * its automation was spent while it waited. All of that is decided in this one transaction, so that two workers never
 * start what may not go on beside one another. Whoever has its job asks again when it is woken, and now and then.
 */
export async function takeTurn(
  transaction: StoreTransaction,
  id: number,
  { slots, budget }: Pick<Automation, "slots" | "budget">,
): Promise<Turn> {
  const run = await transaction.run(id);
  if (run === undefined || isOver(run.state) || run.state === "paused") return { kind: "idle" };
  const spent =
    budget && run.state === "queued" && exhausted(budget, run, await transaction.ledger(run.automation));
  if (budget && spent) {
    await endRun(transaction, id, "cancel", {
      reason: `It was not started. ${sayExhausted(budget, run, spent)}`,
    });
    return { kind: "idle" };
  }
  const waitsFor = await transaction.waitsFor(id, slots);
  if (waitsFor === undefined) {
    const started = await transaction.moveRun(id, "start", { reason: "" });
    await askReports(transaction, started);
    // Several slots that became free at once have woken the first of the line only.
    const { waitsFor: waited } = run;
    if (waited === "repository" || waited === "automation") await wakeLine(transaction, run, waited);
    return { kind: "started", run: started };
  }
  if (waitsFor === run.waitsFor) return { kind: "waits", run };
  const waiting = await transaction.noteRun(id, { waitsFor });
  await askReports(transaction, waiting);
  // What it was woken for is free for the next one.
  if (run.waitsFor !== undefined) await wakeLine(transaction, run, run.waitsFor);
  return { kind: "waits", run: waiting };
}

/** Hold a run back: at once while it waits; else its worker is asked to. A run that is over or paused stays as it is. */
export async function pauseRun(
  transaction: StoreTransaction,
  id: number,
  why: string,
): Promise<Run | undefined> {
  const run = await transaction.run(id);
  if (run?.state === "running") return transaction.noteRun(id, { pauseRequested: why });
  return run?.state === "queued" ? holdBack(transaction, id, why) : undefined;
}

/** Write that a run is held back, and wake what waited for it. Its command is not under way any more. */
export async function holdBack(transaction: StoreTransaction, id: number, why: string): Promise<Run> {
  const paused = await transaction.moveRun(id, "pause", { reason: why });
  await askReports(transaction, paused);
  await letNextGo(transaction, paused);
  return paused;
}

/** Let a run that is paused, or is about to be, go on from its beginning. Any other stays as it is. */
export async function resumeRun(transaction: StoreTransaction, id: number): Promise<Run | undefined> {
  const run = await transaction.run(id);
  if (run?.state === "running" && run.pauseRequested !== undefined) {
    return transaction.noteRun(id, { pauseRequested: null });
  }
  if (run?.state !== "paused") return undefined;
  const resumed = await transaction.moveRun(id, "resume", { reason: "" });
  await askReports(transaction, resumed);
  await transaction.ask("run", String(id));
  return resumed;
}
