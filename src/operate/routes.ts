import rateLimit from "@fastify/rate-limit";
import type { FastifyError, FastifyInstance, FastifyRequest } from "fastify";
import { Readable } from "node:stream";
import { z } from "zod";

import { ForgehandError, messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Run, RunState } from "../core/run.ts";
import { MOVES } from "../core/run.ts";
import type { KeptDelivery, Store } from "../core/store.ts";
import { cancelRun } from "../core/run-steps.ts";
import { decided } from "./await.ts";
import { param, read, refuse } from "./exchange.ts";
import type { Explanation } from "./explanation.ts";
import { findDelivery } from "./find-delivery.ts";
import type { KeyTools } from "./key-routes.ts";
import { keyRoutes } from "./key-routes.ts";
import { Order } from "./order.ts";
import { replayable } from "./replay.ts";
import type { Retried } from "./retry.ts";
import { runFacts } from "./run-facts.ts";
import type { Started } from "./start.ts";

export interface ApiTools extends KeyTools {
  readonly store: Store;
  /** Whether somebody holds the sign-in token, in a time that tells nothing about it. */
  readonly opens: (token: string) => boolean;
  /** Whether a `Host` header names us. */
  readonly isOurs: (host: string) => boolean;
  readonly start: (order: Order, signal: AbortSignal) => Promise<Started>;
  readonly retry: (id: number) => Promise<Retried>;
  readonly explain: (delivery: KeptDelivery) => Promise<Explanation>;
  /** The log of a run as text, without what steers a terminal. */
  readonly logText: (id: number) => AsyncIterable<string>;
  readonly log: Log;
}

/** Requests of one address in a minute, and tries with a wrong token of all addresses together. */
const REQUESTS = { max: 600, timeWindow: 60_000 };
const WRONG_TRIES = 20;
const MINUTE_MS = 60_000;
/** Bytes of a body: inputs and little else. */
const BODY_LIMIT = 512 * 1024;
/** How long the answer to an order waits for what comes of it (ms). */
const PATIENCE_MS = 5_000;

const id = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, "Write the number of a run.")
  .transform(Number);
const Filter = z.strictObject({
  state: z.enum(Object.keys(MOVES) as [RunState, ...RunState[]]).optional(),
  forge: z.string().optional(),
  repo: z.string().optional(),
  automation: z.string().optional(),
  before: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .pipe(z.int().min(1).max(200))
    .default(50),
});

/**
 * The HTTP API: what the command line does with runs, deliveries and keys, for programs. Each request has the sign-in token as
 * Bearer token. No cookie is read, so that no page of somebody else can ask for anything in a browser's name.
 */
export function apiRoutes(app: FastifyInstance, tools: ApiTools): void {
  const { store } = tools;
  void app.register(
    async (scope) => {
      await scope.register(rateLimit, REQUESTS);
      scope.removeContentTypeParser("text/plain");
      guard(scope, tools);
      scope.setErrorHandler<FastifyError>((error, request, reply) => {
        const { status, code, message } = tell(error);
        if (status >= 500) {
          const { method, routeOptions } = request;
          tools.log.error({ method, route: routeOptions.url, code, error: messageOf(error) }, "API failed");
        }
        return refuse(reply, status, code, message);
      });

      scope.post("/runs", { bodyLimit: BODY_LIMIT }, async (request, reply) => {
        const order = read(Order, request.body);
        const { delivery, recorded } = await tools.start(order, AbortSignal.timeout(MINUTE_MS));
        const decisions = await decided(store, delivery, PATIENCE_MS);
        const became = decisions?.find(({ automation }) => automation === order.automation);
        const told = became && { outcome: became.outcome, reason: became.reason, run: became.run ?? null };
        return reply.code(202).send({ delivery, recorded, ...(told ?? { outcome: null, run: null }) });
      });
      scope.get("/runs", async (request) => {
        const { limit, ...filter } = read(Filter, request.query);
        const found = await store.runs({ ...filter, limit });
        return { runs: found.map(runFacts), next: found.length === limit ? found.at(-1)?.id : null };
      });
      scope.get("/runs/:id", async (request) => runFacts(await runOf(request)));
      scope.post("/runs/:id/cancel", { bodyLimit: BODY_LIMIT }, async (request) => {
        const { id: number } = await runOf(request);
        const run = await store.change((transaction) =>
          cancelRun(transaction, number, "Cancelled by the API."),
        );
        return runFacts(run);
      });
      scope.post("/runs/:id/retry", { bodyLimit: BODY_LIMIT }, async (request, reply) => {
        const { run, added } = await tools.retry((await runOf(request)).id);
        return reply.code(added ? 201 : 200).send({ run: runFacts(run), added });
      });
      scope.get("/runs/:id/log", async (request, reply) => {
        const { id: number } = await runOf(request);
        return reply.type("text/plain; charset=utf-8").send(Readable.from(tools.logText(number)));
      });
      keyRoutes(scope, tools);
      scope.get("/deliveries/:key", async (request) => {
        const kept = await findDelivery(store, param(request, "key"));
        const { key, forge, door, id: known, event, receivedAt } = kept;
        return {
          delivery: { key, forge, door, id: known, event, receivedAt },
          ...(await tools.explain(kept)),
        };
      });
      scope.post("/deliveries/:key/replay", { bodyLimit: BODY_LIMIT }, async (request, reply) => {
        const kept = await findDelivery(store, param(request, "key"));
        const why = replayable(kept);
        if (why !== undefined) return refuse(reply, 409, "NOT_REPLAYABLE", why);
        await store.change((transaction) => transaction.ask("match", kept.key));
        return reply.code(202).send({ delivery: kept.key });
      });
    },
    { prefix: "/api" },
  );

  async function runOf(request: FastifyRequest): Promise<Run> {
    const number = read(id, param(request, "id"));
    const run = await store.run(number);
    if (run === undefined)
      throw new ForgehandError("NOT_FOUND", `There is no run ${number} here, or it was pruned.`);
    return run;
  }
}

/** Let in only who names us and holds the token. */
function guard(scope: FastifyInstance, { isOurs, opens }: ApiTools): void {
  let tries = 0;
  let since = 0;
  scope.addHook("onRequest", async (request, reply) => {
    void reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
    if (!isOurs(request.headers.host ?? "")) {
      return refuse(reply, 421, "WRONG_HOST", "This server does not go by that name.");
    }
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (token !== undefined && opens(token)) return;
    if (Date.now() - since > MINUTE_MS) {
      since = Date.now();
      tries = 0;
    }
    tries += 1;
    if (tries > WRONG_TRIES) {
      void reply.header("retry-after", 60);
      return refuse(reply, 429, "TOO_MANY_REQUESTS", "That were many tries. Wait a minute.");
    }
    void reply.header("www-authenticate", "Bearer");
    return refuse(reply, 401, "UNAUTHORIZED", "Send the sign-in token: Authorization: Bearer TOKEN.");
  });
}

const STATUSES: Readonly<Record<string, number>> = {
  NOT_FOUND: 404,
  FORGE_NOT_FOUND: 404,
  CONFIG_INVALID: 400,
  RUN_MOVE_ILLEGAL: 409,
  STORE_BUSY: 503,
  STORE_UNAVAILABLE: 503,
  STORE_FULL: 503,
};

/** What is said of an error: what Forgehand knows in its own words, anything else as little as can be. */
function tell(error: FastifyError | ForgehandError): { status: number; code: string; message: string } {
  if (error instanceof ForgehandError) {
    const { code, message } = error;
    return { status: STATUSES[code] ?? (code.startsWith("FORGE_") ? 502 : 500), code, message };
  }
  const { statusCode: status = 500, code, message } = error;
  if (code === "REQUEST_INVALID") return { status, code, message };
  if (status === 413) return { status, code: "TOO_LARGE", message: "The body is too large." };
  if (status === 415) return { status, code: "CONTENT_TYPE", message: "Send JSON." };
  if (status === 429)
    return { status, code: "TOO_MANY_REQUESTS", message: "That were many requests. Wait a minute." };
  if (status < 500) return { status, code: "REQUEST_INVALID", message: "The request is malformed." };
  return { status: 500, code: "INTERNAL", message: "Something went wrong; the server's log tells more." };
}
