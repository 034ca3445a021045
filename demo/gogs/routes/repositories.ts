import { fileAt } from "../../stand-in/git.ts";
import { textIn } from "../../stand-in/route.ts";
import type { Role } from "../../stand-in/state.ts";
import { ROLES } from "../../stand-in/state.ts";
import { invalid, notFound, unauthorized } from "../answer.ts";
import type { Route } from "../route.ts";
import { onRepository, repositoryOf } from "../route.ts";
import { accountShape, labelShape, repositoryShape } from "../shapes.ts";
import { labelNames, ownerOf } from "../state.ts";

/** The organisation whose teams there are. */
export const ORGANIZATION = "octo-org";

const reaches = (role: Role, needed: Role) => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** Who we are, the repository, who may do what in it, and its labels. */
export const repositoryRoutes: readonly Route[] = [
  {
    route: "GET /user",
    answer: ({ state, caller }) => {
      if (caller === undefined) throw unauthorized();
      return { status: 200, body: accountShape(state, caller) };
    },
  },
  {
    // All owners are persons here: the one organisation has teams and no repositories.
    route: "GET /orgs/{org}/teams",
    answer: ({ state, parameters }) => {
      if (parameters.org !== ORGANIZATION) throw notFound();
      const body = state.teams.map(({ id, name }) => ({ id, name, permission: "read" }));
      return { status: 200, body };
    },
  },
  {
    // For administrators of the server, as Forgehand's account is one here.
    route: "GET /admin/teams/{id}/members",
    answer: ({ state, caller, parameters }) => {
      if (caller === undefined) throw unauthorized();
      const team = state.teams.find(({ id }) => String(id) === parameters.id);
      if (team === undefined) throw notFound();
      return { status: 200, body: team.members.map((member) => accountShape(state, member)) };
    },
  },
  {
    // What is public, anybody may look at.
    route: "GET /repos/{owner}/{repo}",
    answer: ({ state, parameters }) => ({
      status: 200,
      body: repositoryShape(state, repositoryOf(state, parameters)),
    }),
  },
  // The owner is not among them, and only who may administer the repository is told.
  onRepository("GET /repos/{owner}/{repo}/collaborators", "admin", ({ state, repository }) => {
    const owner = ownerOf(state, repository);
    const others = state.accounts.filter(({ login }) => repository.roles.has(login) && login !== owner.login);
    const body = others.map((account) => {
      const role = repository.roles.get(account.login) ?? "none";
      const permissions = {
        admin: reaches(role, "admin"),
        push: reaches(role, "write"),
        pull: reaches(role, "read"),
      };
      return { ...accountShape(state, account), permissions };
    });
    return { status: 200, body };
  }),
  onRepository("GET /repos/{owner}/{repo}/labels", "read", ({ repository }) => ({
    status: 200,
    body: labelNames(repository).map((name) => labelShape(repository, name)),
  })),
  onRepository("POST /repos/{owner}/{repo}/labels", "write", ({ repository, body }) => {
    const name = textIn(body, "name");
    if (name === undefined || !/^#[0-9a-f]{6}$/i.test(textIn(body, "color") ?? "")) throw invalid("Required");
    repository.labels.set(name.toLowerCase(), name);
    return { status: 201, body: labelShape(repository, name) };
  }),
  onRepository("GET /repos/{owner}/{repo}/raw/{ref}/{path}", "read", async (asked) => {
    const { state, repository, parameters } = asked;
    const text = await fileAt(state.root, repository, parameters.ref ?? "", parameters.path ?? "");
    if (text === undefined) throw notFound();
    return { status: 200, body: text };
  }),
];
