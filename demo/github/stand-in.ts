import type { Answer } from "../stand-in/answer.ts";
import { tagged } from "../stand-in/answer.ts";
import { routeOf } from "../stand-in/route.ts";
import type { Call, StandInServer } from "../stand-in/server.ts";
import { startServer } from "../stand-in/server.ts";
import type { Account, NewRepository, Ways } from "../stand-in/state.ts";
import { newState } from "../stand-in/state.ts";
import { notFound, Refusal } from "./answer.ts";
import { callerOf } from "./callers.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { commitRoutes } from "./routes/commits.ts";
import { hookRoutes } from "./routes/hooks.ts";
import { peopleRoutes } from "./routes/people.ts";
import { pullRoutes } from "./routes/pulls.ts";
import { threadRoutes } from "./routes/threads.ts";
import type { App, GitHubState } from "./state.ts";

export interface GitHubOptions {
  /** Folder of bare repositories: `<root>/<full name>.git`. */
  readonly root: string;
  readonly repositories: readonly NewRepository[];
  readonly accounts: readonly Account[];
  /** Tokens of accounts, by token. */
  readonly tokens?: Readonly<Record<string, Account>>;
  /** An App that is installed in all repositories. */
  readonly app?: App;
  /** Requests that it grants in an hour; 5,000 if not said. */
  readonly hourlyLimit?: number;
}

/** A stand-in for GitHub's REST API on loopback, with state. Its git half is a `GitServer` over the same root. */
export interface GitHubStandIn extends Omit<StandInServer, "origin"> {
  /** Base of its API, without a slash at the end. */
  readonly url: string;
  readonly state: GitHubState;
  /** Whether git may use these: any name with a token that is known here; to push, one that may write contents. */
  acceptsGit(password: string, service: "fetch" | "push"): boolean;
}

const ROUTES = [
  ...accountRoutes,
  ...threadRoutes,
  ...pullRoutes,
  ...peopleRoutes,
  ...commitRoutes,
  ...hookRoutes,
];
const VERSIONS = ["2022-11-28", "2026-03-10"];
const HOURLY_LIMIT = 5_000;
const WAYS: Ways = { numbering: "together", headRef: (number) => `refs/pull/${number}/head` };

export async function startStandInGitHub(options: GitHubOptions): Promise<GitHubStandIn> {
  const tokens = Object.entries(options.tokens ?? {});
  const state: GitHubState = {
    ...newState({ ...options, ways: WAYS }),
    app: options.app,
    tokens: new Map(tokens.map(([token, account]) => [token, { kind: "user", account }])),
  };
  const { origin, ...server } = await startServer({
    answer: (call) => answerTo(state, call),
    headersOf: (used) => headersOf(used, options.hourlyLimit ?? HOURLY_LIMIT),
  });
  state.url = origin;
  return {
    ...server,
    url: origin,
    state,
    acceptsGit: (password, service) => {
      const caller = state.tokens.get(password);
      if (caller?.kind !== "installation") return caller?.kind === "user";
      return service === "fetch" || caller.grants.contents === "write";
    },
  };
}

function headersOf(used: number, limit: number): Record<string, string> {
  return {
    "x-github-media-type": "github.v3; format=json",
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(Math.max(0, limit - used)),
    "x-ratelimit-used": String(used),
    "x-ratelimit-reset": String(Math.ceil(Date.now() / 1_000) + 3_600),
    "x-ratelimit-resource": "core",
  };
}

async function answerTo(state: GitHubState, { method, url, headers, data }: Call): Promise<Answer> {
  try {
    const { "user-agent": agent = "", authorization } = headers;
    const version = headers["x-github-api-version"];
    if (agent === "")
      throw new Refusal(403, "Request forbidden by administrative rules: no User-Agent header");
    if (typeof version === "string" && !VERSIONS.includes(version)) {
      throw new Refusal(400, `${version} is not a supported version`);
    }
    const caller = callerOf(state, authorization);
    const found = routeOf(ROUTES, method, url.pathname);
    if (found === undefined) throw notFound();
    if (typeof data !== "object" || data === null) throw new Refusal(400, "Problems parsing JSON");
    const body = data as Record<string, unknown>;
    const answer = await found.route.answer({ state, caller, url, parameters: found.parameters, body });
    return method === "GET" ? tagged(answer, headers["if-none-match"]) : answer;
  } catch (error) {
    return (error instanceof Refusal ? error : new Refusal(500, String(error))).answer;
  }
}
