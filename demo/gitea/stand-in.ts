import type { Answer } from "../stand-in/answer.ts";
import { routeOf } from "../stand-in/route.ts";
import type { Call, StandInServer } from "../stand-in/server.ts";
import { startServer } from "../stand-in/server.ts";
import type { Account, NewRepository, Ways } from "../stand-in/state.ts";
import { newState } from "../stand-in/state.ts";
import { noRoute, Refusal } from "./answer.ts";
import { callerOf } from "./callers.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { commitRoutes } from "./routes/commits.ts";
import { hookRoutes } from "./routes/hooks.ts";
import { peopleRoutes } from "./routes/people.ts";
import { pullRoutes } from "./routes/pulls.ts";
import { threadRoutes } from "./routes/threads.ts";
import type { GiteaState } from "./state.ts";

export interface GiteaOptions {
  /** Folder of bare repositories: `<root>/<full name>.git`. */
  readonly root: string;
  readonly repositories: readonly NewRepository[];
  readonly accounts: readonly Account[];
  /** Access tokens of accounts, by token. */
  readonly tokens: Readonly<Record<string, Account>>;
  /** Logins of those who own an organization, by its name. */
  readonly organizations?: Readonly<Record<string, readonly string[]>>;
  /** Logins of those who administer the server. */
  readonly administrators?: readonly string[];
}

/** A stand-in for the REST API of a Gitea or Forgejo on loopback, with state. Its git half is a `GitServer` beside it. */
export interface GiteaStandIn extends Omit<StandInServer, "origin"> {
  /** Where people open it, without a slash at the end. */
  readonly url: string;
  readonly state: GiteaState;
  /** Whether git may use this token, with whatever name. */
  acceptsGit(password: string): boolean;
}

const API = "/api/v1";
const ROUTES = [
  ...accountRoutes,
  ...threadRoutes,
  ...pullRoutes,
  ...peopleRoutes,
  ...commitRoutes,
  ...hookRoutes,
];
const WAYS: Ways = { numbering: "together", headRef: (number) => `refs/pull/${number}/head` };

export async function startStandInGitea(options: GiteaOptions): Promise<GiteaStandIn> {
  const state: GiteaState = {
    ...newState({ ...options, ways: WAYS }),
    product: "gitea",
    tokens: new Map(Object.entries(options.tokens)),
    organizations: new Map(Object.entries(options.organizations ?? {})),
    administrators: new Set(options.administrators),
  };
  const { origin, ...server } = await startServer({ answer: (call) => answerTo(state, call) });
  state.url = origin;
  return { ...server, url: origin, state, acceptsGit: (password) => state.tokens.has(password) };
}

async function answerTo(state: GiteaState, { method, url, headers, data }: Call): Promise<Answer> {
  try {
    const path = url.pathname.startsWith(`${API}/`) ? url.pathname.slice(API.length) : "";
    const found = routeOf(ROUTES, method, path);
    if (found === undefined) return noRoute;
    const actor = callerOf(state, headers);
    if (typeof data !== "object" || data === null) throw new Refusal(422, "the body is not JSON");
    const body = data as Record<string, unknown>;
    return await found.route.answer({ state, actor, url, parameters: found.parameters, body });
  } catch (error) {
    return (error instanceof Refusal ? error : new Refusal(500, String(error))).answer;
  }
}
