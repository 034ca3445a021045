import type { Channel, Connection } from "rabbitmq-client";

import type { Stage } from "../../core/job.ts";
import type { Log } from "../../core/log.ts";
import type { Hint } from "../../core/queue.ts";
import { createTakers, MOST_HINTS, ownHint } from "../takers.ts";
import { createPauses } from "./pauses.ts";
import type { Tap } from "./tap.ts";
import { createTap } from "./tap.ts";
import { tellOfQueue } from "./tell.ts";

/** The hints of one stage: a queue of the broker, those of ours who wait, and what the broker has not got yet. */
export interface Line {
  add(subject: string): void;
  next(within: number, signal: AbortSignal): Promise<Hint | undefined>;
  stir(): void;
  /** Use a connection that has just been made, until it is lost. */
  connected(connection: Connection): void;
  lost(): void;
  /** The connection takes hints again, after it took none for a while. */
  unblocked(): void;
  /** Send what the broker has not got, give back what nobody took. Resolves when the channel is closed. */
  close(): Promise<void>;
}

/**
 * Hints go to whoever waits in this process, and to the broker where nobody does, or where there was nothing for that one.
 * What the broker cannot take waits for it, once for each subject, as many as MOST_HINTS.
 */
export function createLine(stage: Stage, log: Log): Line {
  const queue = `forgehand.${stage}`;
  const takers = createTakers();
  const outbox = new Set<string>();
  const unconfirmed = new Set<Promise<void>>();
  const tell = tellOfQueue({ stage, queue }, log);
  const pauses = createPauses();
  let connection: Connection | undefined;
  let channel: Channel | undefined;
  let tap: Tap | undefined;
  let again: NodeJS.Timeout | undefined;
  let posting = false;
  let closed = false;

  const usable = (): boolean => channel?.active === true && connection?.ready === true;

  /** A channel of its own with its queue: what the broker refuses of one stage disturbs no other. */
  const open = async (own: Connection): Promise<void> => {
    // What became of a connection is told once, not by each of its channels.
    const failed = (error: unknown) => {
      if (own === connection && own.ready) tell.trouble(error);
    };
    try {
      const opened = await own.acquire({ emitErrorsFromChannel: true });
      opened.on("error", failed);
      opened.once("close", () => retry(own));
      await opened.queueDeclare({ queue, durable: true, arguments: { ...ARGUMENTS } });
      await opened.basicQos({ prefetchCount: 1 });
      await opened.confirmSelect();
      if (own !== connection || closed) return;
      watch(opened);
      use(opened, createTap(opened, queue, { takers, failed }));
    } catch (error) {
      failed(error);
      retry(own);
    }
  };

  const use = (opened: Channel, from: Tap): void => {
    channel = opened;
    tap = from;
    pauses.begun();
    tell.works();
    if (takers.waiting > 0) from.open();
    void post();
  };

  /** A queue that was deleted is declared again, on a new channel. */
  const watch = (opened: Channel): void => {
    opened.on("basic.cancel", (_tag, error) => {
      tell.trouble(error);
      void opened.close();
    });
    opened.on("basic.return", ({ body }) => {
      if (typeof body === "string") keep(body);
      void opened.close();
    });
  };

  const retry = (own: Connection): void => {
    if (own !== connection || closed || again !== undefined) return;
    channel = tap = undefined;
    again = setTimeout(() => {
      again = undefined;
      void open(own);
    }, pauses.next());
  };
  const stopRetrying = (): void => {
    clearTimeout(again);
    again = undefined;
  };

  const keep = (subject: string): void => {
    if (outbox.size < MOST_HINTS) outbox.add(subject);
  };

  const hand = (subject: string): void => {
    if (closed) return;
    keep(subject);
    void post();
  };

  /** What the broker does not confirm before its channel closes is kept: the next one begins with that. */
  const dispatch = (to: Channel, subject: string): void => {
    const sent: Promise<void> = send(to, queue, subject)
      .catch((error: unknown) => {
        keep(subject);
        // A right that is missing is told by what was sent, and not by the channel.
        if (!closed && connection?.ready === true) tell.trouble(error);
      })
      .finally(() => unconfirmed.delete(sent));
    unconfirmed.add(sent);
  };

  /** Send what waits, no faster than the broker takes it: what is said of one subject meanwhile is sent once. */
  const post = async (): Promise<void> => {
    if (posting) return;
    posting = true;
    try {
      for (const subject of outbox) {
        if (channel === undefined || !usable()) break;
        outbox.delete(subject);
        dispatch(channel, subject);
        while (unconfirmed.size >= MOST_UNCONFIRMED) await Promise.race(unconfirmed);
      }
    } finally {
      posting = false;
    }
  };

  return {
    add(subject) {
      if (closed || takers.give(ownHint(subject, hand))) return;
      hand(subject);
    },

    async next(within, signal) {
      if (closed || signal.aborted) return undefined;
      const [kept] = usable() ? [] : outbox;
      if (kept !== undefined) {
        outbox.delete(kept);
        return ownHint(kept);
      }
      if (within <= 0) return undefined;
      const waiting = takers.wait(within, signal);
      tap?.open();
      const hint = await waiting;
      if (takers.waiting === 0) tap?.rest();
      return hint;
    },

    stir: () => takers.letGo(),

    connected(made) {
      connection = made;
      void open(made);
    },

    unblocked: () => void post(),

    lost() {
      stopRetrying();
      connection = channel = tap = undefined;
    },

    async close() {
      closed = true;
      stopRetrying();
      tap?.close();
      takers.letGo();
      const last = channel;
      if (last === undefined) return;
      for (const subject of outbox) dispatch(last, subject);
      outbox.clear();
      // A quorum queue forgets what it has not written when the channel closes.
      await Promise.all(unconfirmed);
      await last.close();
    },
  };
}

/** Hints that the broker may have been sent and not confirmed. */
const MOST_UNCONFIRMED = 200;

/**
 * A quorum queue survives a node. Hints beyond the bound are stale for the most part: the oldest are dropped, and the
 * sweep finds what they meant. Attempts, delays and jobs that fail for good live in the store, not here.
 */
const ARGUMENTS = {
  "x-queue-type": "quorum",
  "x-max-length": MOST_HINTS,
  "x-overflow": "drop-head",
} as const;

/** By the default exchange, confirmed when it is on disk; `mandatory`: a queue that is gone gives the hint back. */
const send = (channel: Channel, queue: string, subject: string): Promise<void> =>
  channel.basicPublish({ routingKey: queue, durable: true, mandatory: true }, subject);
