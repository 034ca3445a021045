import { setTimeout as sleep } from "node:timers/promises";

import { Client } from "pg";

import { messageOf } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";

/** How long a connection or an answer may take, and after which silence the server is asked whether it is there (ms). */
const ANSWER_MS = 5_000;
const SILENCE_MS = 30_000;

/** The pause before the first try to connect again and the longest one, in milliseconds; doubled in between. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** A way to all processes on the same tables. */
export interface Channel {
  /** Whether all of it was handed over to the server, which tells those who listen now. */
  send(payloads: readonly string[]): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Listens on a channel of PostgreSQL that all processes on the same tables share, over one connection that is made anew
 * whenever it ends. `hear` is told of everything that is sent, by ourselves too; `joined` of every moment from which on
 * we listen: what was said before it is lost.
 */
export function openChannel(options: {
  url: string;
  log: Log;
  hear: (payload: string) => void;
  joined: () => void;
}): Channel {
  const { url, log, hear, joined } = options;
  const closing = new AbortController();
  let line: Line | undefined;
  let troubled = false;
  let tries = 0;
  const isClosing = () => closing.signal.aborted;

  async function keep(): Promise<void> {
    while (!isClosing()) {
      try {
        await listen();
      } catch (error) {
        if (!isClosing()) tellOfTrouble(error);
      }
      await sleep(pause(tries++), undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  /** Resolves when we are closing, throws when the connection ends. */
  async function listen(): Promise<void> {
    const mine = await connect(url, hear, closing.signal);
    line = mine;
    try {
      if (troubled) log.info({}, "other processes are heard again");
      troubled = false;
      tries = 0;
      joined();
      await mine.watch();
    } finally {
      line = undefined;
      await mine.end();
    }
  }

  function tellOfTrouble(error: unknown): void {
    if (!troubled)
      log.warn(
        { reason: messageOf(error) },
        "other processes are not heard, so their jobs are found by looking now and then; it is tried again",
      );
    troubled = true;
  }

  const keeping = keep();
  return {
    async send(payloads) {
      try {
        for (const payload of payloads) {
          if (line === undefined) return false;
          await line.notify(payload);
        }
        return true;
      } catch {
        await line?.end();
        return false;
      }
    },
    async close() {
      closing.abort();
      await keeping;
    },
  };
}

/** Many processes do not come back in step. */
const pause = (tries: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);

/** A connection that listens. */
interface Line {
  notify(payload: string): Promise<void>;
  /** Looks after it: resolves when `closing` aborts, throws when it ended or does not answer. */
  watch(): Promise<void>;
  end(): Promise<void>;
}

async function connect(url: string, hear: (payload: string) => void, closing: AbortSignal): Promise<Line> {
  const client = new Client({
    application_name: "forgehand",
    connectionString: url,
    connectionTimeoutMillis: ANSWER_MS,
    keepAlive: true,
    query_timeout: ANSWER_MS,
  });
  const ended = new AbortController();
  client.on("end", () => ended.abort());
  client.on("error", () => ended.abort());
  client.on("notification", ({ payload }) => hear(payload ?? ""));
  /** Questions are asked one after another; after one that failed there are none any more. */
  let asked: Promise<unknown> = client.connect();
  const ask = async (text: string, values: string[] = []) => {
    const answer = asked.then(() => client.query<Record<string, string>>(text, values));
    asked = answer;
    return (await answer).rows;
  };
  const end = () => {
    ended.abort();
    return Promise.race([client.end().catch(() => undefined), sleep(ANSWER_MS, undefined, { ref: false })]);
  };
  try {
    // Those who use the same database with other tables are not ours to wake.
    const [row] = await ask("select 'forgehand_' || md5(coalesce(current_schema(), '')) as channel");
    const channel = row?.channel ?? "forgehand";
    // What a hint says is on disk already.
    await ask("set synchronous_commit = off");
    await ask(`listen ${client.escapeIdentifier(channel)}`);
    return {
      async notify(payload) {
        await ask("select pg_notify($1, $2)", [channel, payload]);
      },
      async watch() {
        const over = AbortSignal.any([ended.signal, closing]);
        const passes = () => sleep(SILENCE_MS, true, { signal: over }).catch(() => false);
        while (await passes()) await ask("select 1");
        if (!closing.aborted) throw new Error("The connection to the database ended.");
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}
