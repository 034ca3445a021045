import type { Command } from "commander";
import { InvalidArgumentError } from "commander";

import { tagsSchema } from "../config/values.ts";
import type { Stage } from "../core/job.ts";
import { STAGES } from "../core/job.ts";
import type { ConfigOptions } from "./settings.ts";
import { loadedOrThrow, withConfigOptions } from "./settings.ts";
import { startProcess } from "./start.ts";
import type { WorkerWish } from "./worker-settings.ts";
import { workerOf } from "./worker-settings.ts";

/** Jobs of one stage that one process can be told to take at once. */
const MOST_AT_ONCE = 64;

interface WorkerOptions extends ConfigOptions, WorkerWish {}

export function addWorker(program: Command): void {
  withConfigOptions(program.command("worker"))
    .description("Do the work that others received, until it is stopped. Any number of them, on any machine.")
    .option("--stages <names>", `what to work on, of ${STAGES.join(", ")}; all if not said`, readStages)
    .option("--concurrency <number>", "jobs of one stage at once", readConcurrency)
    .option("--tags <names>", "what this machine has that automations may ask for, such as gpu", readTags)
    .option("--port <number>", "answer /healthz and /readyz on this port; none if not said")
    .option("--host <address>", "address to answer them on")
    .addHelpText(
      "after",
      "\nAll processes of one installation have the same config. Several machines share a database by PostgreSQL.\n" +
        "\nExamples:\n  forgehand worker\n  forgehand worker --stages run --concurrency 4 --tags gpu",
    )
    .action(work);
}

async function work({ stages, concurrency, tags, ...options }: WorkerOptions): Promise<void> {
  const { config, ...loaded } = loadedOrThrow(options);
  const worker = workerOf(config.worker, { stages, concurrency, tags });
  const url = await startProcess(
    { ...loaded, config: { ...config, worker } },
    async (pipeline) => {
      if (options.port !== undefined) return (await pipeline.listen()).url;
      await pipeline.work();
      return undefined;
    },
    { web: false },
  );
  const busy = STAGES.filter((stage) => worker[stage] > 0).map((stage) => `${stage} ×${worker[stage]}`);
  console.log(`Forgehand works on ${busy.join(", ")}`);
  if (url !== undefined) console.log(`Its health is at ${url}/readyz`);
}

function readStages(text: string): Stage[] {
  const names = text.split(",").map((name) => name.trim());
  const isStage = (name: string): name is Stage => STAGES.some((stage) => stage === name);
  const unknown = names.find((name) => !isStage(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`There is no stage ${unknown}: name some of ${STAGES.join(", ")}.`);
  return names.filter(isStage);
}

function readConcurrency(text: string): number {
  const number = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > MOST_AT_ONCE)
    throw new InvalidArgumentError(`Give a number from 1 to ${MOST_AT_ONCE}.`);
  return number;
}

function readTags(text: string): string[] {
  const read = tagsSchema.safeParse(text.split(",").map((tag) => tag.trim()));
  if (!read.success) throw new InvalidArgumentError(read.error.issues[0]?.message ?? "These are no tags.");
  return read.data;
}
