import { ForgehandError } from "../core/errors.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long a repository that is gone is left alone. */
const GONE_MS = 6 * HOUR_MS;

/** How long a forge that answers with trouble is left alone, where it does not say itself. */
export const TROUBLE_MS = MINUTE_MS;

/** Whether an error is of our own making, and says nothing about a forge: the whole round fails by it. */
export function isOurs(error: unknown): boolean {
  return error instanceof ForgehandError && !error.code.startsWith("FORGE_");
}

/** Milliseconds that a whole forge is left alone after an error; undefined where the error is about less. */
export function putsOff(error: unknown): number | undefined {
  if (!(error instanceof ForgehandError)) return undefined;
  const ofForge = error.code === "FORGE_RATE_LIMITED" || error.code === "FORGE_BREAKER_OPEN";
  return ofForge ? Math.max(error.retryAfter ?? 0, TROUBLE_MS) : undefined;
}

/** Milliseconds that a repository is left alone after so many looks in vain. */
export function pauseAfter(error: unknown, failures: number, interval: number): number {
  if (error instanceof ForgehandError && error.code === "FORGE_NOT_FOUND") return GONE_MS;
  return Math.min(Math.max(interval, MINUTE_MS) * 2 ** (failures - 1), HOUR_MS);
}
