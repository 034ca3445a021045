import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import type { FastifyError, FastifyInstance } from "fastify";

import { isStoreTrouble } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Store } from "../core/store.ts";
import { createSessions } from "./auth.ts";
import { hostCheck } from "./hosts.ts";
import type { Links } from "./links.ts";
import { pageRoutes } from "./pages.ts";
import type { SetUp } from "./setup.ts";
import { setUpRoutes } from "./setup.ts";
import { createDoor, signInRoutes } from "./signin.ts";
import { createStreams } from "./stream.ts";
import { html } from "./views/html.ts";
import { messagePage } from "./views/message.ts";
import { SCRIPT_HASH, STYLE_HASH } from "./views/page.ts";

export interface DashboardTools {
  readonly store: Store;
  readonly log: Log;
  /** The address that people and forges reach us under, where there is one. */
  readonly publicUrl?: string;
  /** Further names that the `Host` header may have. */
  readonly hosts: readonly string[];
  readonly signInToken: string;
  /** Signs sessions and set-ups; the same that made `links`. */
  readonly signingKey: string;
  readonly links: Links;
  /** The web origin of a configured forge, such as `https://github.com`: pages link nowhere else. */
  readonly origin: (forge: string) => string | undefined;
  readonly setUps: readonly SetUp[];
  /** Keep credentials that a set-up page brought, so that they are used from the next start on. */
  readonly saveSetUp: (environment: Readonly<Record<string, string>>) => Promise<void>;
}

/**
 * The pages: `/`, `/runs/:id`, `/deliveries/:key`, sign-in and set-up. Everything but the sign-in asks who it is, by the
 * cookie or, for one run, by the signature of its link. Live logs end by themselves when the server closes.
 */
export function dashboardRoutes(app: FastifyInstance, tools: DashboardTools): void {
  const { store, log, publicUrl, signingKey } = tools;
  const secure = publicUrl?.startsWith("https:") ?? false;
  const sessions = createSessions({ signingKey, token: tools.signInToken });
  const door = createDoor(sessions, secure);
  const isOurs = hostCheck(publicUrl, tools.hosts);
  const streams = createStreams({ store, log });

  void app.register(async (scope) => {
    scope.addHook("preClose", (done) => {
      streams.end();
      done();
    });
    await scope.register(helmet, policy(secure));
    await scope.register(cookie);
    await scope.register(rateLimit, { global: false });

    scope.addHook("onRequest", (request, reply, next) => {
      void reply.header("cache-control", "no-store");
      if (isOurs(request.headers.host ?? "")) {
        next();
        return;
      }
      const text = html`<p>
        This server does not go by that name. If it should, set <code>server.publicUrl</code> or
        <code>server.hosts</code> in the configuration.
      </p>`;
      void reply
        .code(421)
        .type(HTML)
        .send(messagePage({ title: "Wrong host", root: "./", text }));
    });
    scope.setErrorHandler<FastifyError>((error, request, reply) => {
      const status = statusOf(error);
      if (status >= 500) {
        const { method, routeOptions } = request;
        log.error({ method, route: routeOptions.url, code: error.code, error: error.message }, "page failed");
      }
      const text = html`<p>${SAID[status] ?? "The server's log tells more."}</p>`;
      return reply
        .code(status)
        .type(HTML)
        .send(messagePage({ title: "That did not work", root: "./", text }));
    });

    signInRoutes(scope, sessions, door, secure);
    pageRoutes(scope, { ...tools, door, streams });
    void scope.register((behind, _options, done) => {
      behind.addHook("preHandler", (request, reply, next) => {
        if (door.isSignedIn(request)) next();
        else door.turnAway(request, reply);
      });
      for (const setUp of tools.setUps) setUpRoutes(behind, setUp, tools);
      done();
    });
  });
}

const HTML = "text/html; charset=utf-8";

/** What is said of a status that is not our pages' own. */
const SAID: Readonly<Record<number, string>> = {
  400: "The request is malformed.",
  413: "The request is too large.",
  429: "That were many tries. Wait a minute, then try again.",
  503: "The store does not answer at the moment. Try again in a while.",
};

function statusOf({ code, statusCode = 500 }: FastifyError): number {
  return isStoreTrouble(code) ? 503 : statusCode;
}

/** Nothing but our own style and script, by their hashes; nothing of ours in other people's frames. */
function policy(secure: boolean): Parameters<typeof helmet>[1] {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: [STYLE_HASH],
        scriptSrc: [SCRIPT_HASH],
        imgSrc: ["data:"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: secure,
    referrerPolicy: { policy: "no-referrer" },
  };
}
