import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Box, Command } from "../src/core/executor.ts";
import { processExecutor } from "../src/run/process.ts";
import { sandboxExecutor } from "../src/run/sandbox.ts";
import { median, rounded } from "./numbers.ts";

/** Milliseconds that a box may add to a command that does nothing. */
const LIMITS = { box: 500, network: 1_000 };

export interface SandboxReport {
  readonly bench: "sandbox";
  readonly rounds: number;
  readonly limits: typeof LIMITS;
  /** Milliseconds of `true`: as a plain process, in a box without a network, and in one with; medians over all rounds. */
  readonly plain: number;
  readonly boxed: number;
  readonly networked: number;
  readonly within: boolean;
}

/** What a box costs: `true` in each way, by turns. Throws where no box can be made. */
export async function sandbox({ rounds }: { rounds: number }): Promise<SandboxReport> {
  const folder = await mkdtemp(join(tmpdir(), "forgehand-bench-"));
  const box: Box = { writes: [folder], reads: [], hides: [], network: [], bridges: {}, limits: {} };
  const ways = {
    plain: () => time(folder),
    boxed: () => time(folder, box),
    networked: () => time(folder, { ...box, network: ["registry.example.com"] }),
  };
  const times: Record<keyof typeof ways, number[]> = { plain: [], boxed: [], networked: [] };
  try {
    // What is imported late is not part of it.
    await ways.networked();
    for (let round = 0; round < rounds; round++) {
      for (const name of ["plain", "boxed", "networked"] as const) times[name].push(await ways[name]());
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const [plain, boxed, networked] = [times.plain, times.boxed, times.networked].map((all) =>
    rounded(median(all), 1),
  );
  const report = {
    bench: "sandbox",
    rounds,
    limits: LIMITS,
    plain: plain ?? 0,
    boxed: boxed ?? 0,
    networked: networked ?? 0,
  } as const;
  const within =
    report.boxed - report.plain <= LIMITS.box && report.networked - report.plain <= LIMITS.network;
  return { ...report, within };
}

async function time(cwd: string, box?: Box): Promise<number> {
  const executor = box === undefined ? processExecutor() : sandboxExecutor({ closed: [] });
  const command: Command = {
    argv: ["true"],
    cwd,
    environment: { PATH: "/usr/bin:/bin" },
    timeout: 60_000,
    outputLimit: 1_000,
    killAfter: 0,
    ...(box !== undefined && { box }),
  };
  const began = performance.now();
  const exit = await executor.execute(command, {
    signal: new AbortController().signal,
    onOutput: () => undefined,
  });
  if (exit.kind !== "exited") throw new Error(`no box could be made: ${JSON.stringify(exit)}`);
  return performance.now() - began;
}
