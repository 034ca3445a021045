import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import type { Answer } from "./github/answer.ts";
import { notFound, Refusal } from "./github/answer.ts";
import { callerOf } from "./github/callers.ts";
import type { Fault, FaultAnswer, Faults, RequestMatch } from "./github/faults.ts";
import { createFaults } from "./github/faults.ts";
import { routeOf } from "./github/route.ts";
import { accountRoutes } from "./github/routes/accounts.ts";
import { commitRoutes } from "./github/routes/commits.ts";
import { pullRoutes } from "./github/routes/pulls.ts";
import { threadRoutes } from "./github/routes/threads.ts";
import type { Account, App, Happening, Repository, Role, State } from "./github/state.ts";

/** A request that the stand-in got. */
export interface SeenRequest {
  readonly method: string;
  /** Path as it was sent, without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names; the value of a token is not kept, its scheme is. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as data; undefined where there was none. */
  readonly body: unknown;
  /** Status that it was answered with; undefined while it is not, or never was. */
  answered?: number;
}

export interface StandInOptions {
  /** Folder of bare repositories: `<root>/<full name>.git`. */
  readonly root: string;
  readonly repositories: readonly {
    readonly id: number;
    readonly fullName: string;
    readonly defaultBranch: string;
    readonly roles?: Readonly<Record<string, Role>>;
  }[];
  readonly accounts: readonly Account[];
  /** Tokens of accounts, by token. */
  readonly tokens?: Readonly<Record<string, Account>>;
  /** An App that is installed in all repositories. */
  readonly app?: App;
}

/** A stand-in for GitHub's REST API on loopback, with state. Its git half is a `GitServer` over the same root. */
export interface StandIn {
  /** Base of its API, without a slash at the end. */
  readonly url: string;
  readonly state: State;
  /** Every request so far, oldest first. */
  readonly requests: readonly SeenRequest[];
  repository(fullName: string): Repository;
  /** Whether git may use these: any name with a token that is known here; to push, one that may write contents. */
  acceptsGit(password: string, service: "fetch" | "push"): boolean;
  /** Let the next request that matches meet a fault. */
  answerNext(match: RequestMatch, answer: FaultAnswer): Fault;
  /** Hear of everything that GitHub would tell webhooks of. The answer stops it. */
  listen(listener: (happening: Happening) => void): () => void;
  close(): Promise<void>;
}

const ROUTES = [...accountRoutes, ...threadRoutes, ...pullRoutes, ...commitRoutes];
const VERSIONS = ["2022-11-28", "2026-03-10"];
const HOURLY_LIMIT = 5_000;

export async function startStandInGitHub(options: StandInOptions): Promise<StandIn> {
  const state: State = {
    root: options.root,
    accounts: [...options.accounts],
    repositories: options.repositories.map(({ roles, ...repository }) => ({
      ...repository,
      roles: new Map(Object.entries(roles ?? {})),
      labels: new Map(),
      threads: [],
      statuses: [],
    })),
    app: options.app,
    tokens: new Map(
      Object.entries(options.tokens ?? {}).map(([token, account]) => [token, { kind: "user", account }]),
    ),
    listeners: new Set(),
    url: "",
    lastId: 1_000,
  };
  const requests: SeenRequest[] = [];
  const faults = createFaults();
  const server = createServer((request, response) => void serve(state, requests, faults, request, response));
  state.url = await listening(server);
  return {
    url: state.url,
    state,
    requests,
    repository: (fullName) => {
      const found = state.repositories.find((one) => one.fullName === fullName);
      if (found === undefined) throw new Error(`the stand-in has no repository ${fullName}`);
      return found;
    },
    acceptsGit: (password, service) => {
      const caller = state.tokens.get(password);
      if (caller?.kind !== "installation") return caller?.kind === "user";
      return service === "fetch" || caller.grants.contents === "write";
    },
    answerNext: (match, answer) => faults.add(match, answer),
    listen: (listener) => {
      state.listeners.add(listener);
      return () => state.listeners.delete(listener);
    },
    close: () => closed(server),
  };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closed(server: Server): Promise<void> {
  const done = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await done;
}

/** One request: noted, then met by a fault or answered as usual. */
async function serve(
  state: State,
  requests: SeenRequest[],
  faults: Faults,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const raw = await text(request).catch(() => "");
  const url = new URL(request.url ?? "/", state.url);
  const { method = "GET" } = request;
  const seen = noted(request, url, raw);
  requests.push(seen);
  const fault = faults.take(method, url.pathname);
  if (fault?.answer === "reset") return void response.destroy();
  if (fault?.answer === "hang") await fault.released;
  const given = fault !== undefined && typeof fault.answer === "object" ? fault.answer : undefined;
  const answer = given ?? (await answerTo(state, request, url, raw));
  if (fault?.answer === "lose") return void response.destroy();
  seen.answered = answer.status;
  const used = requests.length;
  response.writeHead(answer.status, {
    "content-type": "application/json; charset=utf-8",
    "x-github-media-type": "github.v3; format=json",
    "x-ratelimit-limit": HOURLY_LIMIT,
    "x-ratelimit-remaining": Math.max(0, HOURLY_LIMIT - used),
    "x-ratelimit-used": used,
    "x-ratelimit-reset": Math.ceil(Date.now() / 1_000) + 3_600,
    "x-ratelimit-resource": "core",
    ...answer.headers,
  });
  response.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
}

function noted({ method = "GET", headers }: IncomingMessage, url: URL, raw: string): SeenRequest {
  const kept = Object.entries(headers).map(([name, value]) => {
    const told = String(value);
    return [name, name === "authorization" ? told.replace(/ .*/, " ***") : told];
  });
  return {
    method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(kept) as Record<string, string>,
    body: raw === "" ? undefined : read(raw),
  };
}

async function answerTo(
  state: State,
  { method = "GET", headers }: IncomingMessage,
  url: URL,
  raw: string,
): Promise<Answer> {
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
    const body = raw === "" ? {} : read(raw);
    if (typeof body !== "object" || body === null) throw new Refusal(400, "Problems parsing JSON");
    const asked = { state, caller, url, parameters: found.parameters, body: body as Record<string, unknown> };
    return await found.route.answer(asked);
  } catch (error) {
    return (error instanceof Refusal ? error : new Refusal(500, String(error))).answer;
  }
}

function read(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}
