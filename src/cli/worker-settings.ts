import type { Config } from "../config/schema.ts";
import type { Stage } from "../core/job.ts";
import { STAGES } from "../core/job.ts";

type WorkerSettings = Config["worker"];

/** Jobs of a stage in one hand at once where the config leaves the stage to others, and more than one makes sense. */
const USUAL: Readonly<Partial<Record<Stage, number>>> = { match: 4, run: 2, report: 4 };

/** What the command line says about a worker. */
export interface WorkerWish {
  /** The stages that it works on; all if not said. */
  readonly stages?: readonly Stage[];
  /** Jobs of a stage at once, where more than one makes sense. */
  readonly concurrency?: number;
  readonly tags?: readonly string[];
}

/** A worker that works on nothing. */
export function idle(settings: WorkerSettings): WorkerSettings {
  return workerOf(settings, { stages: [] });
}

/** The settings of a worker as the command line has it, over those of the config. */
export function workerOf(settings: WorkerSettings, wish: WorkerWish): WorkerSettings {
  const { stages = STAGES, concurrency, tags = settings.tags } = wish;
  const named = wish.stages !== undefined;
  const atOnce = (stage: Stage): number => {
    if (!stages.includes(stage)) return 0;
    const usual = USUAL[stage];
    if (concurrency !== undefined && usual !== undefined) return concurrency;
    return settings[stage] === 0 && named ? (usual ?? 1) : settings[stage];
  };
  const all = Object.fromEntries(STAGES.map((stage) => [stage, atOnce(stage)])) as Record<Stage, number>;
  return { ...all, tags };
}
