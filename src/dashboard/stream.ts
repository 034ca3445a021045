import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { isOver } from "../core/run.ts";
import type { Store } from "../core/store.ts";
import { logAfter } from "./log.ts";

/** Milliseconds between two looks into the store, and between two signs of life where there is nothing to tell. */
const LOOK_MS = 500;
const HEARTBEAT_MS = 15_000;
/** Milliseconds after which a reader comes back when its stream broke off. */
const RETRY_MS = 2_000;
/** Streams that are open at once in this process: each of them asks the store twice a second. */
const MOST = 100;

/** The live logs that are being read. */
export interface Streams {
  /**
   * Tell a run's log after a piece as server-sent events, until the run is over and all is told. Everything comes from
   * the store, so any process can go on where another stopped. False: too many are open, or we are stopping.
   */
  serve(response: ServerResponse, run: number, after: number): boolean;
  /** End all with the hint to come back soon, to another process or to us again, and open no more. */
  end(): void;
}

export function createStreams({ store, log }: { store: Pick<Store, "run" | "log">; log: Log }): Streams {
  const open = new Set<ServerResponse>();
  let ended = false;

  return {
    serve(response, run, after) {
      if (ended || open.size >= MOST) return false;
      const gone = new AbortController();
      open.add(response);
      response.once("close", () => {
        gone.abort();
        open.delete(response);
      });
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        // Proxies would otherwise keep the events until there are many.
        "x-accel-buffering": "no",
      });
      response.write(`retry: ${RETRY_MS}\n\n`);
      tell(response, run, after, gone.signal).catch((error: unknown) => {
        if (!gone.signal.aborted) log.warn({ run, error: messageOf(error) }, "live log broken off");
        response.end();
      });
      return true;
    },
    end() {
      ended = true;
      for (const response of open) response.end(`retry: ${RETRY_MS}\n\n`);
    },
  };

  async function tell(
    response: ServerResponse,
    id: number,
    after: number,
    signal: AbortSignal,
  ): Promise<void> {
    const write = async (text: string): Promise<void> => {
      signal.throwIfAborted();
      if (!response.write(text)) await once(response, "drain", { signal });
    };
    let last = after;
    let shown = "";
    let spoke = Date.now();
    for (;;) {
      // The run before its log: what was written before it was over is then certain to be read.
      const run = await store.run(id);
      const state = run?.state ?? "cancelled";
      const before = last;
      for await (const { seq, text } of logAfter(store, id, last)) {
        await write(`id: ${seq}\ndata: ${JSON.stringify(text)}\n\n`);
        last = seq;
      }
      if (state !== shown) await write(`event: state\ndata: ${state}\n\n`);
      if (run === undefined || isOver(run.state)) {
        response.end(`event: end\ndata: ${state}\n\n`);
        return;
      }
      if (state !== shown || last !== before) spoke = Date.now();
      shown = state;
      if (Date.now() - spoke >= HEARTBEAT_MS) {
        await write(": still here\n\n");
        spoke = Date.now();
      }
      await wait(LOOK_MS, undefined, { signal });
    }
  }
}
