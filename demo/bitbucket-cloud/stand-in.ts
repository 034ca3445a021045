import type { Answer } from "../stand-in/answer.ts";
import { routeOf } from "../stand-in/route.ts";
import type { Call, StandInServer } from "../stand-in/server.ts";
import { startServer } from "../stand-in/server.ts";
import type { Account, NewRepository, Ways } from "../stand-in/state.ts";
import { newState } from "../stand-in/state.ts";
import { Refusal } from "./answer.ts";
import { acceptsGit, callerOf } from "./callers.ts";
import { commentRoutes } from "./routes/comments.ts";
import { commitRoutes } from "./routes/commits.ts";
import { pullRequestRoutes } from "./routes/pull-requests.ts";
import { repositoryRoutes } from "./routes/repositories.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import type { BitbucketState, Token } from "./state.ts";

export interface BitbucketCloudOptions {
  /** Folder of bare repositories: `<root>/<full name>.git`. */
  readonly root: string;
  readonly repositories: readonly NewRepository[];
  readonly accounts: readonly Account[];
  /** API tokens of accounts, by token. */
  readonly tokens: Readonly<Record<string, Token>>;
}

/**
 * A stand-in for the REST API of Bitbucket Cloud on loopback, with state, as it was while there was an issue tracker.
 * Its git half is a `GitServer` over the same root.
 */
export interface BitbucketCloudStandIn extends Omit<StandInServer, "origin"> {
  /** Where people open it; its API is below `/2.0`. */
  readonly url: string;
  readonly state: BitbucketState;
  /** Whether git may use these: the fixed name of API tokens, with one that is known here. */
  acceptsGit(name: string, password: string): boolean;
}

export const API = "/2.0";

const ROUTES = [
  ...repositoryRoutes,
  ...commitRoutes,
  ...pullRequestRoutes,
  ...commentRoutes,
  ...webhookRoutes,
];
/** No ref shows the head of a pull request. */
const WAYS: Ways = { numbering: "apart" };

export async function startStandInBitbucketCloud(
  options: BitbucketCloudOptions,
): Promise<BitbucketCloudStandIn> {
  const state: BitbucketState = {
    ...newState({ ...options, ways: WAYS }),
    tokens: new Map(Object.entries(options.tokens)),
    heads: new Map(),
  };
  const { origin, ...server } = await startServer({ answer: (call) => answerTo(state, call) });
  state.url = origin;
  return {
    ...server,
    url: origin,
    state,
    acceptsGit: (name, password) => acceptsGit(state, name, password),
  };
}

async function answerTo(state: BitbucketState, { method, url, headers, data }: Call): Promise<Answer> {
  try {
    const path = url.pathname.startsWith(`${API}/`) ? url.pathname.slice(API.length) : "";
    const found = routeOf(ROUTES, method, path);
    if (found === undefined) throw new Refusal(404, "Resource not found");
    const actor = callerOf(state, headers);
    if (typeof data !== "object" || data === null) throw new Refusal(400, "Bad request: not JSON");
    const body = data as Record<string, unknown>;
    return await found.route.answer({ state, actor, url, parameters: found.parameters, body });
  } catch (error) {
    return (error instanceof Refusal ? error : new Refusal(500, String(error))).answer;
  }
}
