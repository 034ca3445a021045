import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { Sessions } from "./auth.ts";
import { TOKEN_FILE } from "./auth.ts";
import { signInPage } from "./views/message.ts";

/** Tries of one address in a minute. The token cannot be guessed; this keeps the trying quiet. */
const TRIES = { max: 20, timeWindow: 60_000 };

/** Who is at the door: pages ask, and send away who may not see them. */
export interface Door {
  isSignedIn(request: FastifyRequest): boolean;
  /** 401 with the way to get in. Says the same whether or not there is something behind it. */
  turnAway(request: FastifyRequest, reply: FastifyReply, options?: { wrong?: boolean }): FastifyReply;
}

/** The cookie's name; `__Host-` binds it to this host and to https, where there is https. */
const cookieName = (secure: boolean): string => (secure ? "__Host-forgehand" : "forgehand");

export function createDoor(sessions: Sessions, secure: boolean): Door {
  return {
    isSignedIn: (request) => sessions.isGood(request.cookies[cookieName(secure)], Date.now()),
    turnAway(request, reply, { wrong = false } = {}) {
      const depth = request.url.split("?", 1).join().split("/").length - 2;
      const root = "../".repeat(depth) || "./";
      return reply
        .code(401)
        .type("text/html; charset=utf-8")
        .send(signInPage({ root, tokenFile: TOKEN_FILE, wrong }));
    },
  };
}

/**
 * `/sign-in?token=…` (the link that the server prints), the same by the form of the 401 page, and `/sign-out`. A
 * foreign page cannot sign anybody out or in as somebody else: the cookie is not sent along (SameSite).
 */
export function signInRoutes(app: FastifyInstance, sessions: Sessions, door: Door, secure: boolean): void {
  const cookie = { path: "/", httpOnly: true, sameSite: "lax", secure } as const;
  const name = cookieName(secure);

  const signIn = (given: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (typeof given !== "string" || !sessions.opens(given))
      return door.turnAway(request, reply, { wrong: true });
    const { value, maxAge } = sessions.issue(Date.now());
    return reply.setCookie(name, value, { ...cookie, maxAge }).redirect("./", 303);
  };

  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
  const config = { rateLimit: TRIES };
  app.get<{ Querystring: { token?: unknown } }>("/sign-in", { config }, async (request, reply) =>
    signIn(request.query.token, request, reply),
  );
  app.post("/sign-in", { config, bodyLimit: 4_096 }, async (request, reply) =>
    signIn(request.body instanceof URLSearchParams && request.body.get("token"), request, reply),
  );
  app.post("/sign-out", async (_request, reply) => reply.clearCookie(name, cookie).redirect("./", 303));
}
