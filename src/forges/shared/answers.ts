import type { z } from "zod";

import { ForgehandError } from "../../core/errors.ts";

/** An answer that is not a success, as far as its verdict needs it. Header names are lower-case. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  /** The forge's own sentence. */
  readonly message: string;
  /** True where the forge says by something else than 403 that a right is missing. */
  readonly forbidden?: boolean;
  /** Milliseconds that we wait at most, where the forge names absurd times. */
  readonly longestWait?: number;
  /** What was asked, such as `POST /repos/octo/hello/pulls`. */
  readonly request: string;
}

const MINUTE = 60_000;

/** What is said of a missing right where nobody knows better. */
export const LACKS_A_RIGHT = "The credentials lack a right for this: grant it, `forgehand check` names it.";

/** What a proxy says when it stopped waiting for the forge, which may go on with what it was asked. */
const GIVEN_UP: ReadonlySet<number> = new Set([408, 502, 504]);

/**
 * The error of an answer that is not a success, with its verdict on trying again. Rate limits (429, or 403 with rate
 * headers or words) say how long to wait; 5xx and 408 may pass; all else is the forge's last word.
 */
export function errorOf(forge: string, answer: RefusedAnswer, now = Date.now()): ForgehandError {
  const { status, message, request } = answer;
  const forbidden = isForbidden(answer);
  const told = `${forge} answered ${status} to ${request}: ${message || "no reason given"}.`;
  if (isRateLimit(answer)) {
    const retryAfter = Math.min(waitOf(answer, now), answer.longestWait ?? Infinity);
    const text = `${told} Too many requests: Forgehand waits and asks again.`;
    return new ForgehandError("FORGE_RATE_LIMITED", text, { retryable: true, retryAfter });
  }
  if (status === 401 && !forbidden) {
    const text = `${told} The credentials are not valid (any more): renew them in the config.`;
    return new ForgehandError("FORGE_AUTH_FAILED", text);
  }
  if (status === 404 || status === 410) {
    const text = `${told} It is gone, or these credentials may not see it: check their rights.`;
    return new ForgehandError("FORGE_NOT_FOUND", text);
  }
  if (forbidden) {
    return new ForgehandError("FORGE_REFUSED", `${told} ${LACKS_A_RIGHT}`);
  }
  if (GIVEN_UP.has(status)) {
    const text = `${told} It was given up on the way, and may still be done: Forgehand asks again later.`;
    return new ForgehandError("FORGE_UNREACHABLE", text, { retryable: true });
  }
  if (status >= 500) {
    const text = `${told} The forge has trouble of its own: Forgehand asks again later.`;
    return new ForgehandError("FORGE_FAILING", text, { retryable: true });
  }
  return new ForgehandError("FORGE_REFUSED", told);
}

/** The wanted members of an answer. Throws FORGE_ANSWER_UNREADABLE: a proxy's page, say, that may be gone next time. */
export function readAnswer<T>(forge: string, schema: z.ZodType<T>, data: unknown, request: string): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined ? "" : ` (${issue.path.join(".") || "whole answer"}: ${issue.message})`;
  throw new ForgehandError(
    "FORGE_ANSWER_UNREADABLE",
    `${forge} answered ${request} with something that Forgehand cannot read${where}. ` +
      "If it goes on, see whether the address of the forge in the config is that of its API.",
    { retryable: true },
  );
}

/** Whether a right is missing, unless too much was asked. */
export function isForbidden({ status, forbidden = status === 403 }: RefusedAnswer): boolean {
  return forbidden;
}

function isRateLimit({ status, headers, message }: RefusedAnswer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers["retry-after"] !== undefined ||
    String(headers["x-ratelimit-remaining"]) === "0" ||
    /rate limit/i.test(message)
  );
}

/** Milliseconds that the forge wants us to wait; a minute where it does not say. */
function waitOf({ headers }: RefusedAnswer, now: number): number {
  const after = String(headers["retry-after"] ?? "");
  if (/^\d+$/.test(after)) return Number(after) * 1_000;
  const date = Date.parse(after);
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  const reset = String(headers["x-ratelimit-reset"] ?? headers["ratelimit-reset"] ?? "");
  if (/^\d+$/.test(reset)) return Math.max(0, Number(reset) * 1_000 - now);
  return MINUTE;
}
