import type { Account } from "../../stand-in/state.ts";
import { listed, notFound, pieceOf } from "../answer.ts";
import { bitsOf } from "../callers.ts";
import type { Route } from "../route.ts";
import { descriptorOf, identityShape } from "../shapes.ts";
import { findRepository, guidOf, namesOf, projectId } from "../state.ts";

const GIT_REPOSITORIES = "2e9eb7ed-3c0f-47d4-87c1-0ffdd275fd87";

/** Who we are, which projects there are, who somebody else is, and what somebody may do. */
export const accountRoutes: readonly Route[] = [
  {
    route: "GET /_apis/connectionData",
    answer: ({ actor: { id, login } }) => {
      const properties = { Account: { $type: "System.String", $value: login } };
      const user = { id: guidOf(id), providerDisplayName: login, properties };
      return { status: 200, body: { authenticatedUser: user, authorizedUser: user } };
    },
  },
  {
    route: "GET /_apis/projects/{name}",
    answer: ({ state, parameters: { name = "" } }) => {
      const repository = findRepository(state, name, undefined);
      if (repository === undefined) throw notFound(`The project ${name}`);
      const { project } = namesOf(repository);
      return { status: 200, body: { id: projectId(state, project), name: project, state: "wellFormed" } };
    },
  },
  {
    route: "GET /_apis/projects/{project}/teams/{team}/members",
    answer: ({ state, url, parameters: { project = "", team: name } }) => {
      if (findRepository(state, project, undefined) === undefined) throw notFound(`The project ${project}`);
      const team = state.teams.find((one) => one.name === name);
      if (team === undefined) throw notFound(`The team ${name ?? ""}`);
      const members = team.members.map((one) => ({ identity: identityShape(one), isTeamAdmin: false }));
      return listed(pieceOf(members, url, 100));
    },
  },
  {
    route: "GET /_apis/identities",
    answer: ({ state, url }) => {
      const ids = url.searchParams.get("identityIds")?.split(",");
      const name = url.searchParams.get("filterValue");
      if (ids !== undefined)
        return listed(ids.map((id) => found(state.accounts, (one) => guidOf(one.id) === id)));
      return listed(state.accounts.filter(({ login }) => login === name).map(shape));
    },
  },
  {
    route: "GET /_apis/accesscontrollists/{namespace}",
    answer: ({ state, url, parameters }) => {
      const [, project = "", name] = (url.searchParams.get("token") ?? "").split("/");
      const descriptor = url.searchParams.get("descriptors") ?? "";
      const account = state.accounts.find((one) => descriptorOf(one) === descriptor);
      const repository = findRepository(state, project, name);
      const asked = account && repository && { account, repository };
      if (parameters.namespace !== GIT_REPOSITORIES || asked === undefined) return listed([]);
      const bits = bitsOf(asked.repository, asked.account);
      // What comes by groups shows in the effective bits alone.
      const entry = { descriptor, allow: 0, deny: 0, extendedInfo: { effectiveAllow: bits } };
      return listed([{ inheritPermissions: true, acesDictionary: { [descriptor]: entry } }]);
    },
  },
];

function found(accounts: readonly Account[], fits: (account: Account) => boolean) {
  const account = accounts.find(fits);
  return account === undefined ? null : shape(account);
}

function shape(account: Account) {
  return {
    id: guidOf(account.id),
    descriptor: descriptorOf(account),
    providerDisplayName: account.login,
    isActive: true,
    properties: { Account: { $type: "System.String", $value: account.login } },
  };
}
