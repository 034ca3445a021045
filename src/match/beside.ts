import type { Automation } from "../core/automation.ts";
import type { ForgeEvent } from "../core/event.ts";
import type { NewRun, Run } from "../core/run.ts";
import type { StoreTransaction } from "../core/store.ts";
import { cancelRun } from "../core/run-steps.ts";

/** Active runs of the same automation on the same issue or pull request, or of pushes of the same ref. */
export async function activeBeside(
  transaction: StoreTransaction,
  { automation, forge, repo, thread, event, ref }: NewRun,
): Promise<Run[]> {
  const place = { automation, forge, repo: repo.id };
  if (thread !== undefined) return transaction.activeRuns({ ...place, thread });
  if (ref === undefined || !isPushed(event)) return [];
  return (await transaction.activeRuns({ ...place, ref })).filter((run) => isPushed(run.event));
}

/** Whether an event tells that a ref was pushed. */
export function isPushed(event: ForgeEvent): event is Extract<ForgeEvent, { kind: "push" | "tag" }> {
  return event.kind === "push" || event.kind === "tag";
}

/** Whether a new run of an automation ends the others of its group. */
export function endsGroup({ concurrency }: Pick<Automation, "concurrency">): boolean {
  return typeof concurrency === "object" && concurrency.whenBusy === "cancel";
}

/** End the runs whose place a new one takes. Those of its group end whatever automation they are of. */
export async function endOthers(
  transaction: StoreTransaction,
  run: Run,
  { beside, group }: { beside: readonly Run[]; group: boolean },
): Promise<void> {
  const inGroup = group && run.group !== undefined ? await transaction.activeInGroup(run.group) : [];
  const others = new Set([...beside, ...inGroup].map(({ id }) => id));
  others.delete(run.id);
  for (const id of others) await cancelRun(transaction, id, `Run ${run.id} took its place.`);
}
