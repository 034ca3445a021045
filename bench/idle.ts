import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { COMMAND, makeSecret, writeConfig } from "./forgehand.ts";
import { startMeasured } from "./measured.ts";
import { median, rounded } from "./numbers.ts";

/** Megabytes (of 1,000,000 bytes) resident, and seconds from the start of the process to `/readyz`. */
const LIMITS = { memory: 160, ready: 1.5 };
const SETTLE_MS = 3_000;

export interface IdleReport {
  readonly bench: "idle";
  readonly rounds: number;
  readonly limits: typeof LIMITS;
  /** Median of all rounds. */
  readonly memory: number;
  readonly ready: number;
  readonly within: boolean;
}

/** How soon the built server is ready, and what it holds in memory when nothing happens. */
export async function idle(options: { rounds: number }): Promise<IdleReport> {
  const rounds = [];
  for (let round = 0; round < options.rounds; round++) rounds.push(await startOnce());
  const memory = rounded(median(rounds.map((one) => one.memory)), 1);
  const ready = rounded(median(rounds.map((one) => one.ready)), 2);
  const within = memory < LIMITS.memory && ready < LIMITS.ready;
  return { bench: "idle", rounds: options.rounds, limits: LIMITS, memory, ready, within };
}

async function startOnce(): Promise<{ memory: number; ready: number }> {
  const folder = await mkdtemp(join(tmpdir(), "forgehand-bench-"));
  try {
    const config = await writeConfig(folder, makeSecret(), { working: true });
    const started = performance.now();
    const server = await startMeasured([COMMAND, "serve", "--config", config], process.env);
    try {
      const answer = await fetch(`http://127.0.0.1:${server.port}/readyz`);
      if (!answer.ok) throw new Error(`/readyz answered ${answer.status}: ${await answer.text()}`);
      const ready = (performance.now() - started) / 1000;
      await wait(SETTLE_MS);
      return { memory: (await server.usage()).memory / 1e6, ready };
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
