import type { Answer } from "../stand-in/answer.ts";
import { routeOf } from "../stand-in/route.ts";
import type { Call, StandInServer } from "../stand-in/server.ts";
import { startServer } from "../stand-in/server.ts";
import type { Account, NewRepository, Ways } from "../stand-in/state.ts";
import { newState } from "../stand-in/state.ts";
import { invalid, notFound, Refusal } from "./answer.ts";
import { callerOf } from "./callers.ts";
import { hookRoutes } from "./routes/hooks.ts";
import { repositoryRoutes } from "./routes/repositories.ts";
import { threadRoutes } from "./routes/threads.ts";
import type { GogsState } from "./state.ts";

export interface GogsOptions {
  /** Folder of bare repositories: `<root>/<full name>.git`. */
  readonly root: string;
  readonly repositories: readonly NewRepository[];
  readonly accounts: readonly Account[];
  /** Access tokens of accounts, by token. */
  readonly tokens: Readonly<Record<string, Account>>;
}

/**
 * A stand-in for the REST API of Gogs on loopback, with state: no statuses, no pull requests, nobody who set a label.
 * Its git half is a `GitServer` over the same root.
 */
export interface GogsStandIn extends Omit<StandInServer, "origin"> {
  /** Where people open it, without a slash at the end. */
  readonly url: string;
  readonly state: GogsState;
  /** Whether git may use this name: a token that is known here, with any password. */
  acceptsGit(name: string): boolean;
}

const API = "/api/v1";
const ROUTES = [...repositoryRoutes, ...threadRoutes, ...hookRoutes];
const WAYS: Ways = { numbering: "together", headRef: (number) => `refs/pull/${number}/head` };

export async function startStandInGogs(options: GogsOptions): Promise<GogsStandIn> {
  const tokens = new Map(Object.entries(options.tokens));
  const state: GogsState = { ...newState({ ...options, ways: WAYS }), tokens };
  const { origin, ...server } = await startServer({ answer: (call) => answerTo(state, call) });
  state.url = origin;
  return { ...server, url: origin, state, acceptsGit: (name) => tokens.has(name) };
}

async function answerTo(state: GogsState, { method, url, headers, data }: Call): Promise<Answer> {
  try {
    const path = url.pathname.startsWith(`${API}/`) ? url.pathname.slice(API.length) : "";
    const found = routeOf(ROUTES, method, path);
    if (found === undefined) throw notFound();
    if (typeof data !== "object" || data === null) throw invalid("DeserializationError");
    const body = data as Record<string, unknown>;
    const caller = callerOf(state, headers);
    return await found.route.answer({ state, caller, url, parameters: found.parameters, body });
  } catch (error) {
    return (error instanceof Refusal ? error : new Refusal(500, String(error))).answer;
  }
}
