import type { Claim } from "../core/job.ts";
import { ForgehandError, isRetryable } from "../core/errors.ts";

const FIRST_MS = 1_000;
const LONGEST_MS = 600_000;

/** After so many tries in vain a job is parked until somebody asks for it again. */
const MOST_ATTEMPTS = 100;

/**
 * How long a job waits after a try in vain, in milliseconds: from 1 s doubling to 10 min, less up to half of it so that
 * jobs that failed together do not come back together, or as long as the other side asked. Undefined: it is parked.
 */
export function backOff(error: unknown, { attempts }: Pick<Claim, "attempts">): number | undefined {
  if (!isRetryable(error) || attempts >= MOST_ATTEMPTS) return undefined;
  const wait = Math.min(FIRST_MS * 2 ** (attempts - 1), LONGEST_MS);
  const asked = error instanceof ForgehandError ? (error.retryAfter ?? 0) : 0;
  return Math.max(Math.round(wait * (1 - Math.random() / 2)), asked);
}
