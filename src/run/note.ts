import { StepStopped } from "../core/job.ts";
import type { RunFacts } from "../core/run.ts";
import { askReports } from "../core/run-steps.ts";
import type { Attempt } from "./attempt-tools.ts";
import { tryAgain } from "./retry.ts";

/** Write down what stands at the forge now, and ask for its reports: a bad moment of the store does not undo that. */
export async function note({ store, claim, run, watch }: Attempt, facts: RunFacts): Promise<void> {
  const noted = await tryAgain(watch.signal, () =>
    store.write(claim, async (transaction) => {
      const known = await transaction.noteRun(run.id, facts);
      await askReports(transaction, known);
      return known;
    }),
  );
  if (noted === "lost") throw new StepStopped("lost");
}
