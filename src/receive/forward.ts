import { setTimeout as wait } from "node:timers/promises";

import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";

/** How often a delivery is offered before it is given up, and how much longer each pause is, in milliseconds. */
const OFFERS = 5;
const PAUSE_MS = 1_000;
/** Milliseconds that our own server may take: longer than its own deadline for keeping a delivery. */
const DEADLINE_MS = 15_000;
/** Headers that belong to the connection that the sender had with smee, or to the body as it was then. */
const NOT_FORWARDED =
  /^(host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|proxy-.*|content-(length|type|encoding)|accept-encoding)$/;

interface Way {
  /** Address of our own server. */
  readonly target: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}

interface Forwarded {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Offer one message of a smee channel to our own server until it is kept or refused. Never throws. */
export async function forward(message: string, { target, log, signal }: Way): Promise<void> {
  const delivery = read(message);
  if (delivery === undefined) {
    log.warn({}, "smee sent what is no delivery");
    return;
  }
  for (let offer = 1; offer <= OFFERS; offer++) {
    const { status, error } = await post(target, delivery, signal);
    if (signal.aborted) return;
    if (status === 200) {
      log.debug({ offer }, "smee delivery forwarded");
      return;
    }
    log.warn({ offer, status, error }, "smee delivery not taken");
    if (status !== undefined && status < 500) return;
    await wait(PAUSE_MS * offer, undefined, { signal }).catch(() => undefined);
  }
}

async function post(
  target: string,
  delivery: Forwarded,
  signal: AbortSignal,
): Promise<{ status?: number; error?: string }> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
    const answer = await fetch(target, { method: "POST", redirect: "manual", signal: limit, ...delivery });
    await answer.body?.cancel();
    return { status: answer.status };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** A delivery as smee tells it: an object of the sender's headers, with `body`, `query` and a time stamp beside. */
function read(message: string): Forwarded | undefined {
  const told = parse(message);
  if (typeof told !== "object" || told === null || !("body" in told)) return undefined;
  const headers: Record<string, string> = { "content-type": "application/json" };
  for (const [name, value] of Object.entries(told)) {
    if (typeof value === "string" && name !== "body" && !NOT_FORWARDED.test(name)) headers[name] = value;
  }
  return { headers, body: JSON.stringify(told.body) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
