import type { Answer } from "../stand-in/answer.ts";
import { routeOf } from "../stand-in/route.ts";
import type { Call, StandInServer } from "../stand-in/server.ts";
import { startServer } from "../stand-in/server.ts";
import type { Account, NewRepository, Ways } from "../stand-in/state.ts";
import { newState } from "../stand-in/state.ts";
import { forged, invalid, Refusal, UNKNOWN_ADDRESS } from "./answer.ts";
import { callerOf } from "./callers.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { commitRoutes } from "./routes/commits.ts";
import { pullRoutes } from "./routes/pulls.ts";
import { threadRoutes } from "./routes/threads.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import type { BitbucketState } from "./state.ts";

export interface BitbucketOptions {
  /** Folder of bare repositories: `<root>/<full name>.git`. */
  readonly root: string;
  readonly repositories: readonly NewRepository[];
  readonly accounts: readonly Account[];
  /** HTTP access tokens, by token. */
  readonly tokens: Readonly<Record<string, Account>>;
}

/**
 * A stand-in for the REST API of a Bitbucket Data Center on loopback, with state. It has a context path, as many have.
 * Its git half is a `GitServer` over the same root.
 */
export interface BitbucketStandIn extends Omit<StandInServer, "origin"> {
  /** Where people open it, context path included, without a slash at the end. */
  readonly url: string;
  readonly state: BitbucketState;
  /** Whether git may use these: a token with the login of its person, or with what stands for nobody. */
  acceptsGit(name: string, password: string): boolean;
}

/** The context path. */
const CONTEXT = "/bitbucket";
const API = `${CONTEXT}/rest`;

const ROUTES = [...accountRoutes, ...commitRoutes, ...threadRoutes, ...pullRoutes, ...webhookRoutes];
const WAYS: Ways = {
  numbering: "apart",
  headRef: (number) => `refs/pull-requests/${number}/from`,
  lazyHeads: true,
};

export async function startStandInBitbucket(options: BitbucketOptions): Promise<BitbucketStandIn> {
  const tokens = new Map(Object.entries(options.tokens));
  const state: BitbucketState = { ...newState({ ...options, ways: WAYS }), tokens };
  const { origin, ...server } = await startServer({ answer: (call) => answerTo(state, call) });
  state.url = `${origin}${CONTEXT}`;
  return {
    ...server,
    url: state.url,
    state,
    acceptsGit: (name, password) => {
      const account = tokens.get(password);
      return account !== undefined && name === (account.bot ? "x-token-auth" : account.login);
    },
  };
}

/** Every answer says who asked, also where that made no difference. */
async function answerTo(state: BitbucketState, call: Call): Promise<Answer> {
  const actor = callerOf(state, call.headers);
  const answer = await answerFor(state, actor, call);
  const who: Readonly<Record<string, string>> =
    actor === undefined
      ? { "x-ausername": "anonymous" }
      : { "x-ausername": encodeURIComponent(actor.login), "x-auserid": String(actor.id) };
  return { ...answer, headers: { ...who, ...answer.headers } };
}

async function answerFor(
  state: BitbucketState,
  actor: Account | undefined,
  { method, url, headers, data }: Call,
): Promise<Answer> {
  try {
    const path = url.pathname.startsWith(`${API}/`) ? url.pathname.slice(API.length) : "";
    const found = routeOf(ROUTES, method, path);
    if (found === undefined) return UNKNOWN_ADDRESS;
    if (mayBeForged(method, headers)) throw forged();
    if (typeof data !== "object" || data === null) throw invalid("The body is not JSON.");
    const body = data as Record<string, unknown>;
    return await found.route.answer({ state, actor, url, parameters: found.parameters, body });
  } catch (error) {
    return (error instanceof Refusal ? error : new Refusal(500, null, String(error))).answer;
  }
}

/** A form of somebody else's page can send anything but JSON and headers. */
function mayBeForged(method: string, headers: Call["headers"]): boolean {
  const isJson = headers["content-type"]?.startsWith("application/json") === true;
  return method !== "GET" && !isJson && headers["x-atlassian-token"] !== "no-check";
}
