import { randomBytes } from "node:crypto";

import { roleOf } from "../../stand-in/state.ts";
import { notFound, paged, Refusal } from "../answer.ts";
import type { Asked, Route } from "../route.ts";
import { appOf, onRepository } from "../route.ts";
import { accountShape, repositoryShape } from "../shapes.ts";
import type { App, Grants } from "../state.ts";
import { botOf } from "../state.ts";

/** Who we are, who others are and what they may do, and the App's own calls. */
export const accountRoutes: readonly Route[] = [
  {
    route: "GET /user",
    answer: ({ state, caller }) => {
      if (caller.kind !== "user") throw new Refusal(403, "Resource not accessible by integration");
      return { status: 200, body: accountShape(state, caller.account) };
    },
  },
  {
    route: "GET /users/{username}",
    answer: ({ state, parameters }) => {
      const account = findAccount(state.accounts, parameters.username);
      if (account === undefined) throw notFound();
      return { status: 200, body: accountShape(state, account) };
    },
  },
  {
    route: "GET /app",
    answer: (asked) => {
      const { id, slug, grants, ...app } = appOf(asked);
      const { events } = asked.state.hooks.find(({ place }) => place.level === "system") ?? app;
      return {
        status: 200,
        body: { id, slug, node_id: `A_${id}`, name: slug, permissions: grants, events },
      };
    },
  },
  {
    route: "GET /app/installations",
    answer: (asked) => paged([installationShape(appOf(asked))], asked.url),
  },
  {
    route: "GET /repos/{owner}/{repo}/installation",
    answer: (asked) => {
      const app = appOf(asked);
      const { owner = "", repo = "" } = asked.parameters;
      if (!asked.state.repositories.some(({ fullName }) => fullName === `${owner}/${repo}`)) throw notFound();
      return { status: 200, body: installationShape(app) };
    },
  },
  {
    route: "GET /installation/repositories",
    answer: ({ state, caller, url }) => {
      if (caller.kind !== "installation") throw new Refusal(403, "Resource not accessible by integration");
      const shown = state.repositories.map((repository) => repositoryShape(state, repository));
      const { body: repositories, ...answer } = paged(shown, url);
      return { ...answer, body: { total_count: shown.length, repositories } };
    },
  },
  { route: "POST /app/installations/{installation}/access_tokens", answer: makeToken },
  onRepository(
    "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
    { grants: ["metadata:read"], role: "read" },
    ({ state, repository, parameters }) => {
      const account = findAccount(state.accounts, parameters.username);
      if (account === undefined) throw new Refusal(404, `${parameters.username ?? ""} is not a user`);
      const role = roleOf(repository, account.login);
      // The older word knows neither maintain nor triage.
      const permission = role === "maintain" ? "write" : role === "triage" ? "read" : role;
      return { status: 200, body: { permission, role_name: role, user: accountShape(state, account) } };
    },
  ),
];

/** The account of a login, written in any case. */
export function findAccount<A extends { readonly login: string }>(
  accounts: readonly A[],
  login: string | undefined,
): A | undefined {
  return accounts.find((account) => account.login.toLowerCase() === login?.toLowerCase());
}

function installationShape({ id, slug, installation, grants }: App) {
  return { id: installation, app_id: id, app_slug: slug, permissions: grants, repository_selection: "all" };
}

/** A token of an installation: with all rights of the App, or with fewer where the body asks for that. */
function makeToken(asked: Asked) {
  const { state, body, parameters } = asked;
  const app = appOf(asked);
  const account = botOf(state);
  if (Number(parameters.installation) !== app.installation || account === undefined) throw notFound();
  const wanted = (body.permissions as Grants | undefined) ?? app.grants;
  const grants = { metadata: "read", ...wanted };
  if (Object.entries(wanted).some(([name, level]) => !covers(app.grants[name], level))) {
    throw new Refusal(422, "The permissions requested are not granted to this installation.");
  }
  const token = `ghs_${randomBytes(18).toString("hex")}`;
  state.tokens.set(token, { kind: "installation", account, grants });
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  return {
    status: 201,
    body: { token, expires_at: expires, permissions: grants, repository_selection: "all" },
  };
}

function covers(granted: string | undefined, wanted: string): boolean {
  return granted === "write" || granted === wanted;
}
