import type { ServerResponse } from "node:http";

import type { Dialect } from "./dialect.ts";

/** Why a request does not go on, and what the program is told. */
export interface Refusal {
  readonly status: number;
  /** One word or two for programs and logs. */
  readonly code: string;
  /** A sentence that says what it means. */
  readonly message: string;
  /** Seconds after which asking again makes sense. */
  readonly retryAfter?: number;
}

/**
 * Answer with an error of ours in the shape that the program knows. The connection ends with it, so that nothing of a
 * body that was not read is taken for a next request.
 */
export function answerRefusal(response: ServerResponse, dialect: Dialect, refusal: Refusal): void {
  const { status, code, message, retryAfter } = refusal;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify(dialect.error(status, `Forgehand: ${message}`, code)));
}

/** The refusals that need no more than their sentence. */
export const REFUSALS = {
  host: {
    status: 403,
    code: "wrong_host",
    message: "this address serves the model's API under its own name alone.",
  },
  target: {
    status: 403,
    code: "not_allowed",
    message: "this address serves only the requests that ask the model; nothing else goes through here.",
  },
  token: {
    status: 401,
    code: "wrong_token",
    message: "this is not the key of this run. Each run has its own, which ends with it.",
  },
  busy: {
    status: 429,
    code: "too_many_requests",
    message: "the run has as many requests in flight as it may; ask again when one of them is answered.",
    retryAfter: 1,
  },
  encoding: { status: 415, code: "encoded_body", message: "the body must not be compressed." },
} as const satisfies Record<string, Refusal>;
