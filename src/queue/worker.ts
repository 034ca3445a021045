import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

import type { Claim, Stage } from "../core/job.ts";
import { LEASE_MS, STAGES, StepStopped } from "../core/job.ts";
import type { Log } from "../core/log.ts";
import type { Queue } from "../core/queue.ts";
import type { Store } from "../core/store.ts";
import { createLookout } from "./lookout.ts";
import { performStep } from "./step.ts";

/** What a worker does for a stage. */
export interface StageWork {
  /** Jobs of this stage in hand at once; with 0 the stage is left to other workers. */
  readonly concurrency: number;
  /**
   * The step of one job, which completes the job through the store. The signal aborts with a StepStopped: what it
   * writes after it lost its claim is refused, and it must settle soon in both cases. What it throws decides whether
   * the job is tried again or parked.
   */
  readonly work: (claim: Claim, signal: AbortSignal) => Promise<void>;
}

export interface WorkerOptions {
  readonly store: Store;
  readonly queue: Queue;
  readonly log: Log;
  readonly stages: Readonly<Partial<Record<Stage, StageWork>>>;
  /** What this worker has that runs may ask for. */
  readonly tags?: readonly string[];
  /** Milliseconds that a claim lasts without a heartbeat. */
  readonly lease?: number;
  /** Milliseconds between two looks for jobs that no hint told of. */
  readonly sweep?: number;
}

export interface Worker {
  /**
   * Claim nothing more, wait up to `grace` milliseconds for the steps in hand, then abort them and wait until they
   * have settled. A job that is still held goes back and is due at once.
   */
  stop(options: { grace: number }): Promise<void>;
}

/** Start claim → work → complete for some stages. Nothing runs in more hands than the stage's concurrency. */
export function startWorker(options: WorkerOptions): Worker {
  const { stages } = options;
  const closing = new AbortController();
  const stopping = new AbortController();
  const dispatchers = STAGES.flatMap((stage) => {
    const work = stages[stage];
    return work === undefined || work.concurrency === 0
      ? []
      : [dispatch(stage, work, options, { closing: closing.signal, stopping: stopping.signal })];
  });
  const settled = Promise.all(dispatchers);
  return {
    async stop({ grace }) {
      closing.abort();
      const patience = new AbortController();
      await Promise.race([
        settled,
        sleep(grace, undefined, { signal: patience.signal }).catch(() => undefined),
      ]);
      patience.abort();
      stopping.abort(new StepStopped("stopping"));
      await settled;
    },
  };
}

/** `closing`: nothing more is claimed. `stopping`: the steps in hand end too. */
interface Signals {
  readonly closing: AbortSignal;
  readonly stopping: AbortSignal;
}

/** Claim the jobs of one stage while a slot is free. Resolves when it is closing and all steps have settled. */
async function dispatch(
  stage: Stage,
  { concurrency, work }: StageWork,
  options: WorkerOptions,
  { closing, stopping }: Signals,
): Promise<void> {
  const { store, lease = LEASE_MS } = options;
  const log = options.log.child({ stage });
  const next = createLookout(stage, options, closing);
  const inHand = new Set<Promise<void>>();

  while (!closing.aborted) {
    // Steps may finish without ever waiting for anything: everybody else gets a turn between two of them.
    await turn();
    if (inHand.size >= concurrency) {
      await Promise.race(inHand);
      continue;
    }
    const found = await next(lease);
    if (found === undefined) continue;
    const step = performStep({ ...found, work, store, lease, stopping, log }).finally(() =>
      inHand.delete(step),
    );
    inHand.add(step);
  }
  await Promise.all(inHand);
}
