import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";

import { SmeeClient } from "smee-client";

import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { forward } from "./forward.ts";

/** A line to a smee channel. */
export interface Smee {
  /** Resolves when the channel was reached for the first time. Never rejects: until then it is tried again. */
  readonly connected: Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds between two tries: doubled after each failure, up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Forward the deliveries of a smee channel to our own server, for machines that no forge can reach. Start it once the
 * server listens. It reconnects by itself, and offers again what the server could not keep.
 *
 * Smee parses a body and we write it out again, so a signature over bytes survives only where the sender wrote compact
 * JSON as `JSON.stringify` does: GitHub does; Gitea, Forgejo and Gogs do not. What smee receives while nobody listens
 * is gone, though the forge was told 200: it is for development.
 */
export function startSmee({ url, target, log }: { url: string; target: string; log: Log }): Smee {
  const stop = new AbortController();
  const { signal } = stop;
  const { promise: connected, resolve } = Promise.withResolvers<undefined>();
  const forwarding = new Set<Promise<void>>();

  const take = (message: MessageEvent): void => {
    const forwarded = forward(String(message.data), { target, log, signal });
    forwarding.add(forwarded);
    void forwarded.finally(() => forwarding.delete(forwarded));
  };

  const running = hold(signal, log, () =>
    listen(url, target, signal, take, () => {
      log.info({ target }, "smee connected");
      resolve(undefined);
    }),
  );

  return {
    connected,
    close: async () => {
      stop.abort();
      await running;
      await Promise.all(forwarding);
    },
  };
}

/** Listen again and again, with a growing pause after each connection that ended soon. */
async function hold(signal: AbortSignal, log: Log, listenOnce: () => Promise<void>): Promise<void> {
  const stopped = (): boolean => signal.aborted;
  let pause = FIRST_PAUSE_MS;
  while (!stopped()) {
    const began = performance.now();
    const error = await listenOnce().then(() => "the channel closed the connection", why);
    if (stopped()) return;
    if (performance.now() - began > LONGEST_PAUSE_MS) pause = FIRST_PAUSE_MS;
    log.warn({ error, pause }, "smee lost, connecting again");
    await wait(pause, undefined, { signal }).catch(() => undefined);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/** An event source fails with an event that is no Error but has a message. */
function why(failure: unknown): string {
  return failure instanceof Event && "message" in failure ? String(failure.message) : messageOf(failure);
}

/** One connection: returns when the channel refuses to have us back, or when we stop. Throws when it was not reached. */
async function listen(
  source: string,
  target: string,
  signal: AbortSignal,
  onMessage: (message: MessageEvent) => void,
  onOpen: () => void,
): Promise<void> {
  // A client for each connection: the time-out of an older one would end the newer one of the same client.
  const client = new SmeeClient({
    source,
    target,
    forward: false,
    logger: { info: () => undefined, error: () => undefined },
    maxConnectionTimeout: 30_000,
  });
  client.onmessage = onMessage;
  const stopped = once(signal, "abort");
  try {
    const connection = await Promise.race([client.start(), stopped]);
    if (!("readyState" in connection)) return;
    onOpen();
    const refused = new Promise<void>((done) => {
      connection.addEventListener("error", () => {
        // Otherwise it is on its way back by itself.
        if (connection.readyState === connection.CLOSED) done();
      });
    });
    await Promise.race([refused, stopped]);
  } finally {
    await client.stop();
  }
}
