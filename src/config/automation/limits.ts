import { z } from "zod";

import { ownDuration } from "../../core/duration.ts";
import type { Limits } from "../../core/executor.ts";
import { size } from "../../core/size.ts";

/** What a command in the sandbox may use, as it is written. */
export const limitsSchema = z
  .strictObject({
    memory: z
      .union([z.literal(false), size])
      .prefault("4GiB")
      .describe("Memory of all its processes together, such as `512MiB`; `false` for no limit."),
    processes: z
      .union([z.literal(false), z.int().min(1).max(1_000_000)])
      .default(1024)
      .describe("Processes and threads at once; `false` for no limit."),
    disk: z
      .union([z.literal(false), size])
      .prefault("20GiB")
      .describe("What its folders may hold, the clone included; `false` for no limit."),
    cpu: z
      .union([z.literal(false), ownDuration])
      .default(false)
      .describe("Processor time of one process, such as `30m`; `false` for no limit."),
  })
  .prefault({})
  .describe("What a command in the sandbox may use; one that uses more is ended, and its run has failed.");

/** Limits that are switched off are absent; processor time is in seconds, as the kernel counts it. */
export function toLimits({ memory, processes, disk, cpu }: z.infer<typeof limitsSchema>): Limits {
  return {
    ...(memory !== false && { memory }),
    ...(processes !== false && { processes }),
    ...(disk !== false && { disk }),
    ...(cpu !== false && { cpu: Math.ceil(cpu / 1_000) }),
  };
}
