import type { Config } from "../config/schema.ts";
import type { Log } from "../core/log.ts";
import { isOver } from "../core/run.ts";
import type { Store } from "../core/store.ts";
import { createPruneStep, STORE_SUBJECT } from "../prune/prune.ts";
import type { StageWork } from "../queue/worker.ts";
import type { Tidying } from "../run/tidy.ts";
import { startTidying } from "../run/tidy.ts";

/** How long after its start a process walks over the store for the first time (ms): starting is busy enough. */
const FIRST_WALK_MS = 60_000;

/** What goes with time: in the store by the one `prune` job, on this machine by this process. */
export interface Pruning {
  readonly prune: StageWork;
  /** Ask for the job that never ends, and look after the data folder. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createPruning(
  { retention, dataDir, worker }: Pick<Config, "retention" | "dataDir" | "worker">,
  { store, log }: { store: Store; log: Log },
): Pruning {
  const { every, mirrors } = retention;
  let tidying: Tidying | undefined;
  const isAlive = async (id: number): Promise<boolean> => {
    const run = await store.run(id);
    // Runs that are under way have a job that looks after their workspace, be it after a crash.
    return run !== undefined && !isOver(run.state);
  };
  return {
    prune: { concurrency: worker.prune, work: createPruneStep({ store, retention, log }) },
    async start() {
      await store.change((transaction) => transaction.ask("prune", STORE_SUBJECT, { delay: FIRST_WALK_MS }));
      tidying = startTidying({ dataDir, mirrors, every, isAlive, log });
      await tidying.cleaned;
    },
    stop: async () => tidying?.stop(),
  };
}
