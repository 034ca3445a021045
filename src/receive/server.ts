import type { Socket } from "node:net";

import type { FastifyError, FastifyInstance } from "fastify";
import { fastify } from "fastify";

import type { Log } from "../core/log.ts";
import { withoutTail } from "./address.ts";
import type { Answer } from "./answer.ts";
import { REFUSALS } from "./answer.ts";
import { send } from "./send.ts";

/** Bytes of a request body: GitHub sends up to 25 MiB, more than any other forge. */
const BODY_LIMIT = 25 * 1024 * 1024;

/** Milliseconds that requests may take to finish while we close: a delivery is kept or refused after three seconds. */
const CLOSE_MS = 10_000;

/** Answers to the statuses that Fastify refuses with by itself. */
const REFUSED: Readonly<Record<number, Answer>> = {
  404: REFUSALS.unknown,
  413: REFUSALS.tooLarge,
  415: REFUSALS.contentType,
};

/**
 * The HTTP server, with limits and without routes. It writes no access log. Closing it lets requests that have begun
 * finish, and answers 503 to others.
 */
export function createServer({
  log,
  bodyLimit = BODY_LIMIT,
}: {
  log: Log;
  bodyLimit?: number;
}): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit,
    // The whole request must be here after that long, its headers sooner; a slow sender cannot hold a socket.
    requestTimeout: 30_000,
    http: { headersTimeout: 10_000 },
    // Longer than the minute that proxies keep an idle connection, so that they hang up first.
    keepAliveTimeout: 72_000,
    forceCloseConnections: "idle",
    rewriteUrl: ({ url = "" }) => withoutTail(url),
    routerOptions: { ignoreTrailingSlash: true },
  });
  const sockets = new Set<Socket>();
  app.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  app.addHook("preClose", (done) => {
    // A connection whose last answer is sent while we close would else be kept for its whole idle time,
    app.server.keepAliveTimeout = 1;
    app.server.keepAliveTimeoutBuffer = 0;
    // and one that a browser opened in advance until its headers are overdue: Node does not count it as idle.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    const overdue = setTimeout(() => app.server.closeAllConnections(), CLOSE_MS);
    app.server.once("close", () => clearTimeout(overdue));
    done();
  });
  app.setNotFoundHandler((_request, reply) => send(reply, REFUSALS.unknown));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const { statusCode = 500 } = error;
    const refused = REFUSED[statusCode] ?? (statusCode < 500 ? REFUSALS.malformed : REFUSALS.internal);
    if (refused === REFUSALS.internal) {
      // The route's pattern, never the address: addresses can carry a token.
      const { method, routeOptions } = request;
      log.error(
        { method, route: routeOptions.url, error: error.message, stack: error.stack },
        "request failed",
      );
    }
    return send(reply, refused);
  });
  return app;
}
