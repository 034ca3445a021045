import {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleType,
  isBrokenCircuitError,
  noJitterGenerator,
} from "cockatiel";

import { ForgehandError, messageOf } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Limits } from "./limits.ts";
import { STANDARD_LIMITS } from "./limits.ts";

/** What a request may say. A body is text, so that it can be sent again after a redirect. */
export interface HttpRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly signal?: AbortSignal | null;
}

/** Ask an address of the forge. Any answer resolves, 4xx and 5xx too; its body has arrived in whole. */
export type HttpFetch = (url: string, request?: HttpRequest) => Promise<Response>;

export interface HttpOptions {
  /** Name of the forge, for messages. */
  readonly forge: string;
  /** An address of the forge's API: requests and redirects may go to its origin alone. */
  readonly base: string;
  readonly log: Log;
  /** Milliseconds that one request may take, its body and redirects included; 10,000 by default. */
  readonly deadline?: number | undefined;
  readonly limits?: Limits | undefined;
  /** Whether a redirect leads to the forge's page for signing in: some say so that the credentials are not valid. */
  readonly isSignIn?: (location: URL) => boolean;
}

const DEADLINE = 10_000;
const FAILURES_TO_OPEN = 5;
const FIRST_BREAK = 10_000;
const MOST_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * The fetch that every client of a forge uses, whatever library it has. It speaks to one origin only, so that no token
 * reaches another one; it follows redirects within it, with method and body kept. Five time-outs, connection errors or
 * 5xx in a row open its breaker for 10 s, doubling up to the longest break; 4xx never do.
 *
 * Throws FORGE_UNREACHABLE, FORGE_BREAKER_OPEN (both may pass), FORGE_REDIRECTED, FORGE_AUTH_FAILED (sent to sign in),
 * and the reason of `signal`.
 */
export function createFetch({
  forge,
  base,
  log,
  deadline = DEADLINE,
  limits: { inFlight, longestBreak } = STANDARD_LIMITS,
  isSignIn = () => false,
}: HttpOptions): HttpFetch {
  const { origin } = new URL(base);
  const side: OtherSide = { forge, origin, isSignIn };
  const lanes = bulkhead(inFlight, Infinity);
  const breaker = circuitBreaker(
    handleType(ForgehandError, ({ code }) => code === "FORGE_UNREACHABLE").orWhenResult(isServerFault),
    {
      breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
      halfOpenAfter: new ExponentialBackoff({
        initialDelay: FIRST_BREAK,
        maxDelay: longestBreak,
        generator: noJitterGenerator,
      }),
    },
  );
  breaker.onBreak(() => log.warn({ forge }, "forge failed several times in a row, so we wait"));
  breaker.onReset(() => log.info({ forge }, "forge answers again"));

  return async (url, request = {}) => {
    const { signal } = request;
    signal?.throwIfAborted();
    try {
      return await lanes.execute(() => breaker.execute(() => send(side, url, request, deadline)));
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error;
      throw new ForgehandError(
        "FORGE_BREAKER_OPEN",
        `${forge} failed ${FAILURES_TO_OPEN} times in a row, so Forgehand asks again later and not now.`,
        { retryable: true, retryAfter: FIRST_BREAK, cause: error },
      );
    }
  };
}

function isServerFault(result: unknown): boolean {
  return result instanceof Response && result.status >= 500;
}

/** Whom we speak to. */
interface OtherSide {
  readonly forge: string;
  readonly origin: string;
  readonly isSignIn: (location: URL) => boolean;
}

async function send(side: OtherSide, url: string, request: HttpRequest, deadline: number): Promise<Response> {
  const { forge, origin } = side;
  const timeout = AbortSignal.timeout(deadline);
  const { signal } = request;
  const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
  try {
    return await follow(side, url, { ...request, signal: either });
  } catch (error) {
    // The caller's own wish is no fault of the forge.
    signal?.throwIfAborted();
    if (error instanceof ForgehandError) throw error;
    const why = timeout.aborted
      ? `did not answer within ${deadline} ms`
      : `could not be reached (${causeOf(error)})`;
    throw new ForgehandError(
      "FORGE_UNREACHABLE",
      `${forge} ${why}. Forgehand asks again later; if it goes on, check its address ${origin} and the network.`,
      { retryable: true, cause: error },
    );
  }
}

async function follow(side: OtherSide, first: string, request: HttpRequest): Promise<Response> {
  const { forge, origin, isSignIn } = side;
  let url = first;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
    if (new URL(url).origin !== origin) throw redirected(forge, origin, `pointed to ${new URL(url).origin}`);
    const response = await fetch(url, init(request));
    const body = WITHOUT_BODY.has(response.status) ? null : await response.arrayBuffer();
    const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
    if (location === null) {
      return new Response(body, { status: response.status, headers: withoutEncoding(response.headers) });
    }
    const next = new URL(location, url);
    if (isSignIn(next)) throw notSignedIn(forge);
    if (response.status === 303 && !isRead(request)) {
      throw redirected(forge, origin, `answered ${response.status} to a ${request.method ?? "GET"}`);
    }
    url = next.href;
  }
  throw redirected(forge, origin, `redirected more than ${MOST_REDIRECTS} times`);
}

function init({ method, headers, body, signal }: HttpRequest): RequestInit {
  return {
    redirect: "manual",
    ...(method === undefined ? {} : { method }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined || body === null ? {} : { body }),
    ...(signal ? { signal } : {}),
  };
}

/** The body has been decoded already: a header that says otherwise would be a lie. */
function withoutEncoding(given: Headers): Headers {
  const headers = new Headers(given);
  headers.delete("content-encoding");
  headers.delete("content-length");
  return headers;
}

function isRead({ method = "GET" }: HttpRequest): boolean {
  return method === "GET" || method === "HEAD";
}

function redirected(forge: string, origin: string, what: string): ForgehandError {
  return new ForgehandError(
    "FORGE_REDIRECTED",
    `${forge} ${what}. Forgehand follows only within ${origin}, so that its token goes nowhere else: ` +
      "if the forge has moved, change its address in the config.",
  );
}

function notSignedIn(forge: string): ForgehandError {
  return new ForgehandError(
    "FORGE_AUTH_FAILED",
    `${forge} sent us to its page for signing in: the credentials are not valid (any more), renew them in the config.`,
  );
}

/** fetch hides the reason of a failed connection in `cause`. */
function causeOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}
