import { ForgehandError, messageOf } from "../core/errors.ts";
import type { Claim } from "../core/job.ts";
import { StepStopped } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import { backOff } from "./backoff.ts";
import { holdClaim } from "./hold.ts";

/** One claimed job and what is to be done with it. */
export interface StepOptions {
  readonly claim: Claim;
  /** When it was asked for, by our own clock. */
  readonly claimedAt: number;
  readonly work: (claim: Claim, signal: AbortSignal) => Promise<void>;
  readonly store: Store;
  readonly lease: number;
  /** Aborts with a StepStopped when this worker goes down and waits no longer. */
  readonly stopping: AbortSignal;
  readonly log: Log;
}

/** Do the step of a claimed job and see that the job is over, or given back, or another's. Never throws. */
export async function performStep(options: StepOptions): Promise<void> {
  const { claim, work, stopping, store } = options;
  const log = options.log.child({ subject: claim.subject, attempts: claim.attempts });
  const hold = holdClaim(claim, { ...options, log });
  try {
    await work(claim, AbortSignal.any([hold.lost, stopping]));
    hold.end();
    await expectOver(store, claim, log);
  } catch (error) {
    hold.end();
    if (hold.lost.aborted || isLost(error)) log.warn({}, "another worker has taken the job over");
    else await giveUp(error, { ...options, log });
  }
}

const isLost = (error: unknown): boolean =>
  (error instanceof ForgehandError && error.code === "CLAIM_LOST") ||
  (error instanceof StepStopped && error.why === "lost");

/** A step that returns has completed its job or lost it; one that still holds it is a defect of ours. */
async function expectOver(store: Store, claim: Claim, log: Log): Promise<void> {
  const error = "The step ended without completing its job. This is a defect of Forgehand: please report it.";
  const after = backOff(undefined, claim);
  const given = await store.giveBack(claim, { after, error });
  if (given === "ok") log.error({ after }, "a step ended without completing its job");
}

/** Whether a call of the step may reach the forge after we gave it up. A forge that answered has said all it will. */
const mayStillLand = (error: unknown): boolean =>
  !(error instanceof ForgehandError) || error.code === "FORGE_UNREACHABLE";

/** Give a job back after its step threw: at once when we are stopping, after a while, or never. */
async function giveUp(error: unknown, { store, claim, stopping, log }: StepOptions): Promise<void> {
  const reason = messageOf(error);
  const after = stopping.aborted ? 0 : backOff(error, claim);
  try {
    const given = await store.giveBack(claim, { after, error: reason, unsure: mayStillLand(error) });
    if (given === "lost") return;
    if (stopping.aborted) log.info({ reason }, "a job goes back, since this worker is stopping");
    else if (after === undefined)
      log.error({ reason }, "a job failed for good and waits until it is asked for again");
    else log.warn({ reason, after }, "a job failed and is tried again");
  } catch (unable) {
    log.error(
      { reason, store: messageOf(unable) },
      "a job failed and could not be given back; it is due when its lease runs out",
    );
  }
}
