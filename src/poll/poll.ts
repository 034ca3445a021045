import type { Claim } from "../core/job.ts";
import type { PollTools } from "./polled.ts";
import { createRounds } from "./round.ts";

/**
 * The step of a `poll` job: one round at a forge, then due again when the next look is. One job for each forge, so that of
 * all workers on all machines one polls it. Ends for good where the forge is not polled any more.
 */
export function createPollStep(tools: PollTools): (claim: Claim, signal: AbortSignal) => Promise<void> {
  const round = createRounds(tools);
  return async (claim, signal) => {
    const polled = tools.polled(claim.subject);
    const again = polled === undefined ? undefined : await round(polled, claim, signal);
    await tools.store.complete(claim, () => Promise.resolve(), again === undefined ? {} : { again });
  };
}
