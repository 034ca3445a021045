import { setTimeout as sleep } from "node:timers/promises";

import { ForgehandError } from "../core/errors.ts";
import type { Engine } from "./engine.ts";

/** How long a write other than `record` waits for its turn, in milliseconds. */
export const PATIENCE_MS = 10_000;

/** The error of a write that did not get its turn where a file is locked as a whole. */
export function busy(waited: number, cause?: unknown): ForgehandError {
  return new ForgehandError(
    "STORE_BUSY",
    `The database was locked by another process for ${Math.round(waited)} ms, so nothing was written. It is tried ` +
      "again; if this lasts, look for a program that holds the database open, such as a backup or a shell.",
    { retryable: true, cause },
  );
}

/** The error of a write for which the disk has no room. `place`: what is on that disk. */
export function full(place: string, cause: unknown): ForgehandError {
  return new ForgehandError(
    "STORE_FULL",
    `The disk of the ${place} is full: free some room there. Until then deliveries are refused, so that their forges ` +
      "send them again, and no job begins; what runs goes on. Nothing has to be started anew.",
    { retryable: true, cause },
  );
}

/** A pause before the next try, in milliseconds: short at first, and never in step with another process. */
export function pause(tries = 0): number {
  return (5 + Math.random() * 20) * Math.min(1 + tries / 10, 10);
}

/**
 * Do something that is all or nothing, again and again while others are writing, without blocking the thread in
 * between. `harmless`: it may be done twice, so it is also done again when nobody knows whether it was done. Throws the
 * engine's error in our words, after the deadline too: STORE_BUSY where others were writing all the time.
 */
export async function persist<T>(
  engine: Pick<Engine, "isBusy" | "isCut" | "translate">,
  attempt: () => Promise<T>,
  { harmless = false }: { harmless?: boolean } = {},
): Promise<T> {
  const start = performance.now();
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const waited = performance.now() - start;
      const again = engine.isBusy(error) || (harmless && engine.isCut(error));
      if (!again || waited >= PATIENCE_MS) throw engine.translate(error, waited);
      await sleep(pause(tries));
    }
  }
}
