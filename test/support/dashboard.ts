import type { FastifyInstance } from "fastify";

import type { Log } from "../../src/core/log.ts";
import { silent } from "../../src/core/log.ts";
import type { Claim } from "../../src/core/job.ts";
import type { NewRun, Run } from "../../src/core/run.ts";
import type { Store } from "../../src/core/store.ts";
import type { Links } from "../../src/dashboard/links.ts";
import { createLinks } from "../../src/dashboard/links.ts";
import type { DashboardTools } from "../../src/dashboard/routes.ts";
import { dashboardRoutes } from "../../src/dashboard/routes.ts";
import { createServer } from "../../src/receive/server.ts";
import { newRun } from "./samples.ts";
import { claimed } from "./store-samples.ts";
import { temporaryStore } from "./temporary.ts";

export const TOKEN = "sign-in-token-of-the-tests";
const SIGNING_KEY = "signing-key-of-the-tests";
/** Bytes of a run's log; no test writes as many. */
const LOG_LIMIT = 10_000_000;

/** A run that a test takes through its life. */
export interface Life {
  readonly run: Run;
  start(): Promise<void>;
  say(text: string): Promise<void>;
  end(move: "succeed" | "fail", facts?: { reason?: string; exitCode?: number }): Promise<void>;
}

export interface Dashboard {
  readonly app: FastifyInstance;
  readonly store: Store;
  readonly links: Links;
  /** The cookie header of somebody who is signed in. */
  signIn(): Promise<string>;
  /** A page as somebody sees it who is signed in. */
  see(url: string): Promise<{ status: number; text: string }>;
  queue(run?: Partial<NewRun>): Promise<Life>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The pages over a real store. */
export async function openDashboard(
  change: Partial<DashboardTools> & { log?: Log } = {},
): Promise<Dashboard> {
  const stack = new AsyncDisposableStack();
  const { store } = stack.use(await temporaryStore());
  const { log = silent, publicUrl = "http://localhost:8000" } = change;
  const app = stack.adopt(createServer({ log }), (server) => server.close());
  const links = createLinks({ signingKey: SIGNING_KEY, publicUrl });
  dashboardRoutes(app, {
    store,
    log,
    publicUrl,
    hosts: [],
    signInToken: TOKEN,
    signingKey: SIGNING_KEY,
    links,
    origin: () => "https://github.com",
    setUps: [],
    saveSetUp: () => Promise.resolve(),
    ...change,
  });
  let cookie: Promise<string> | undefined;
  const askIn = async (): Promise<string> => {
    const answer = await app.inject(`/sign-in?token=${TOKEN}`);
    return answer.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  };
  // Once for all pages of a test: signing in is limited.
  const signIn = (): Promise<string> => (cookie ??= askIn());
  return {
    app,
    store,
    links,
    signIn,
    async see(url) {
      const { statusCode, body } = await app.inject({ url, headers: { cookie: await signIn() } });
      return { status: statusCode, text: body };
    },
    queue: async (run = {}) => life(store, newRun(run)),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function life(store: Store, wanted: NewRun): Promise<Life> {
  const { run } = await store.change((transaction) => transaction.addRun(wanted));
  let claim: Claim | undefined;
  const held = async (): Promise<Claim> => (claim ??= await claimed(store, "run"));
  return {
    run,
    async start() {
      await store.write(await held(), (transaction) => transaction.moveRun(run.id, "start"));
    },
    async say(text) {
      await store.appendLog(await held(), run.id, text, LOG_LIMIT);
    },
    async end(move, facts) {
      await store.complete(await held(), (transaction) => transaction.moveRun(run.id, move, facts));
    },
  };
}
