import type { FastifyInstance } from "fastify";

import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import type { Answer } from "./answer.ts";
import { send } from "./send.ts";

interface HealthTools {
  readonly store: Pick<Store, "check">;
  /** True from the moment that the process was told to stop. */
  readonly stopping: () => boolean;
  readonly log: Log;
  /** Milliseconds that the store may take to answer, 2,000 by default. */
  readonly deadline?: number;
}

const HEALTHY: Answer = { status: 200, body: '{"status":"healthy"}' };
const READY: Answer = { status: 200, body: '{"status":"ready"}' };
const STOPPING: Answer = { status: 503, body: '{"status":"stopping"}' };
const UNAVAILABLE: Answer = { status: 503, body: '{"status":"store unavailable"}', retryAfter: 5 };

/**
 * Whether we live (`/health`, `/healthz`, `/ping`) and whether work may be sent to us (`/readyz`: the store can be
 * written and nobody told us to stop). None of them asks who wants to know.
 */
export function healthRoutes(app: FastifyInstance, tools: HealthTools): void {
  const { store, stopping, log, deadline = 2_000 } = tools;
  let checking: Promise<Answer> | undefined;

  const check = async (): Promise<Answer> => {
    try {
      await within(deadline, store.check());
      return READY;
    } catch (error) {
      log.warn({ error: messageOf(error) }, "store not ready");
      return UNAVAILABLE;
    } finally {
      checking = undefined;
    }
  };

  for (const path of ["/health", "/healthz"]) app.get(path, (_request, reply) => send(reply, HEALTHY));
  app.get("/ping", (_request, reply) => reply.type("text/plain; charset=utf-8").send("PONG"));
  app.get("/readyz", async (_request, reply) => {
    if (stopping()) return send(reply, STOPPING);
    // However many ask at once, the store is asked once.
    return send(reply, await (checking ??= check()));
  });
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
