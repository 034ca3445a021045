import { setTimeout as sleep } from "node:timers/promises";

import { ForgehandError } from "../core/errors.ts";
import type { Engine } from "./engine.ts";

/** How long a write other than `record` waits for its turn, in milliseconds. */
const PATIENCE_MS = 10_000;

/** The error of a write that did not get its turn. */
export function busy(waited: number, cause?: unknown): ForgehandError {
  return new ForgehandError(
    "STORE_BUSY",
    `The database was locked by another process for ${Math.round(waited)} ms, so nothing was written. It is tried ` +
      "again; if this lasts, look for a program that holds the database open, such as a backup or a shell.",
    { retryable: true, cause },
  );
}

/** A pause before the next try, in milliseconds: short, and never in step with another process. */
export function pause(): number {
  return 5 + Math.random() * 20;
}

/**
 * Do something that is all or nothing, again and again while others are writing, without blocking the thread in
 * between. Throws STORE_BUSY after the deadline, else the engine's error in our words.
 */
export async function persist<T>(
  engine: Pick<Engine, "isBusy" | "translate">,
  attempt: () => Promise<T>,
  patience: number = PATIENCE_MS,
): Promise<T> {
  const start = performance.now();
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!engine.isBusy(error)) throw engine.translate(error);
      const waited = performance.now() - start;
      if (waited >= patience) throw busy(waited, error);
      await sleep(pause());
    }
  }
}
