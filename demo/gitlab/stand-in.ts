import type { Answer } from "../stand-in/answer.ts";
import { routeOf } from "../stand-in/route.ts";
import type { Call, StandInServer } from "../stand-in/server.ts";
import { startServer } from "../stand-in/server.ts";
import type { Account, NewRepository, Ways } from "../stand-in/state.ts";
import { newState } from "../stand-in/state.ts";
import { badParameter, Refusal } from "./answer.ts";
import { callerOf } from "./callers.ts";
import { commitRoutes } from "./routes/commits.ts";
import { hookRoutes } from "./routes/hooks.ts";
import { groupRoutes } from "./routes/groups.ts";
import { mergeRequestRoutes } from "./routes/merge-requests.ts";
import { projectRoutes } from "./routes/projects.ts";
import { threadRoutes } from "./routes/threads.ts";
import type { GitLabState } from "./state.ts";

export interface GitLabOptions {
  /** Folder of bare repositories: `<root>/<full name>.git`. */
  readonly root: string;
  readonly repositories: readonly NewRepository[];
  readonly accounts: readonly Account[];
  /** Access tokens of accounts, by token. */
  readonly tokens: Readonly<Record<string, Account>>;
}

/**
 * A stand-in for the REST API of a self-managed GitLab on loopback, with state. It is installed under a path of its
 * host, as some are. Its git half is a `GitServer` over the same root.
 */
export interface GitLabStandIn extends Omit<StandInServer, "origin"> {
  /** Where people open it, path included, without a slash at the end. */
  readonly url: string;
  readonly state: GitLabState;
  /** Whether git may use these: a name that is not blank, with a token that is known here. */
  acceptsGit(name: string, password: string): boolean;
}

/** Path that it is installed under. */
export const INSTALLED_UNDER = "/gitlab";
const API = `${INSTALLED_UNDER}/api/v4`;

const ROUTES = [
  ...projectRoutes,
  ...threadRoutes,
  ...mergeRequestRoutes,
  ...groupRoutes,
  ...commitRoutes,
  ...hookRoutes,
];
const WAYS: Ways = { numbering: "apart", headRef: (number) => `refs/merge-requests/${number}/head` };

export async function startStandInGitLab(options: GitLabOptions): Promise<GitLabStandIn> {
  const state: GitLabState = {
    ...newState({ ...options, ways: WAYS }),
    tokens: new Map(Object.entries(options.tokens)),
    pipelines: [],
    jobs: [],
    executed: [],
    administrators: new Set(),
  };
  const { origin, ...server } = await startServer({ answer: (call) => answerTo(state, call) });
  state.url = `${origin}${INSTALLED_UNDER}`;
  return {
    ...server,
    url: state.url,
    state,
    acceptsGit: (name, password) => name !== "" && state.tokens.has(password),
  };
}

async function answerTo(state: GitLabState, { method, url, headers, data }: Call): Promise<Answer> {
  try {
    const path = url.pathname.startsWith(`${API}/`) ? url.pathname.slice(API.length) : "";
    const found = routeOf(ROUTES, method, path);
    if (found === undefined) throw new Refusal(404, { error: "404 Not Found" });
    const actor = callerOf(state, headers);
    if (typeof data !== "object" || data === null) throw badParameter("The request body is not JSON");
    const body = data as Record<string, unknown>;
    return await found.route.answer({ state, actor, url, parameters: found.parameters, body });
  } catch (error) {
    return (error instanceof Refusal ? error : new Refusal(500, { message: String(error) })).answer;
  }
}
