import type { Answer } from "../stand-in/answer.ts";
import { routeOf } from "../stand-in/route.ts";
import type { Call, StandInServer } from "../stand-in/server.ts";
import { startServer } from "../stand-in/server.ts";
import type { Account, NewRepository, Ways } from "../stand-in/state.ts";
import { newState } from "../stand-in/state.ts";
import { invalid, Refusal } from "./answer.ts";
import { callerOf } from "./callers.ts";
import { accountRoutes } from "./routes/accounts.ts";
import { discussionRoutes } from "./routes/discussions.ts";
import { policyRoutes } from "./routes/policies.ts";
import { pullRoutes } from "./routes/pulls.ts";
import { repositoryRoutes } from "./routes/repositories.ts";
import { serviceHookRoutes } from "./routes/service-hooks.ts";
import { workItemRoutes } from "./routes/work-items.ts";
import type { AzureState } from "./state.ts";

export interface AzureOptions {
  /** Folder of bare repositories: `<root>/<full name>.git`. */
  readonly root: string;
  readonly repositories: readonly NewRepository[];
  readonly accounts: readonly Account[];
  /** Access tokens of accounts, by token. */
  readonly tokens: Readonly<Record<string, Account>>;
  /** Who may look after service hooks. */
  readonly hookKeepers: readonly Account[];
}

/** A stand-in for the REST API of one collection of an Azure DevOps Server on loopback, with state. */
export interface AzureStandIn extends Omit<StandInServer, "origin"> {
  /** Where people open the collection, without a slash at the end. */
  readonly url: string;
  readonly state: AzureState;
  /** Whether git may use these: any name, with a token that is known here. */
  acceptsGit(name: string, password: string): boolean;
}

/** Path of the collection. */
export const COLLECTION = "/harbour";

const ROUTES = [
  ...accountRoutes,
  ...repositoryRoutes,
  ...pullRoutes,
  ...policyRoutes,
  ...discussionRoutes,
  ...workItemRoutes,
  ...serviceHookRoutes,
];
const WAYS: Ways = { numbering: "apart", headRef: (number) => `refs/pull/${number}/merge` };

export async function startStandInAzure(options: AzureOptions): Promise<AzureStandIn> {
  const state: AzureState = {
    ...newState({ ...options, ways: WAYS }),
    tokens: new Map(Object.entries(options.tokens)),
    pullStatuses: [],
    heads: new Map(),
    tried: new Map(),
    hookKeepers: new Set(options.hookKeepers.map(({ id }) => id)),
    workItems: new Map(),
  };
  const { origin, ...server } = await startServer({ answer: (call) => answerTo(state, call) });
  state.url = `${origin}${COLLECTION}`;
  return { ...server, url: state.url, state, acceptsGit: (_, password) => state.tokens.has(password) };
}

async function answerTo(state: AzureState, { method, url, headers, data }: Call): Promise<Answer> {
  try {
    const path = url.pathname.startsWith(`${COLLECTION}/`) ? url.pathname.slice(COLLECTION.length) : "";
    const found = routeOf(ROUTES, method, path);
    if (found === undefined) throw new Refusal(404, "The controller for the path was not found.");
    const actor = callerOf(state, headers);
    if (!url.searchParams.has("api-version")) throw invalid("No api-version was supplied for the request.");
    if (typeof data !== "object" || data === null) throw invalid("the body is not JSON");
    const [type = ""] = (headers["content-type"] ?? "").split(";");
    const { route, parameters } = found;
    const body = { ...data } as Readonly<Record<string, unknown>>;
    return await route.answer({ state, actor, url, parameters, body, data, type });
  } catch (error) {
    return (error instanceof Refusal ? error : new Refusal(500, String(error))).answer;
  }
}
