import type { Decision, DecisionStep } from "../core/decision.ts";
import type { StoreTransaction, ThreadPlace } from "../core/store.ts";
import { placeKey } from "../core/status.ts";

/** What became of a plan. `at`: the step that decided it here; absent where it was decided before. */
export type Outcome = Pick<Decision, "outcome" | "reason" | "run"> & { readonly at?: DecisionStep["what"] };

/** Let the comment show what changed, in which nothing of a run did. */
export function showComment(
  transaction: StoreTransaction,
  { forge, repo, thread }: ThreadPlace,
): Promise<void> {
  return transaction.ask("report", placeKey({ kind: "comment", forge, repo, thread }));
}
