import { branchesOf, commitOf, fileAt } from "../../stand-in/git.ts";
import { invalid, notFound, paged } from "../answer.ts";
import { permissionOf } from "../callers.ts";
import type { AskedOfRepository, Route } from "../route.ts";
import { about, onRepository } from "../route.ts";
import { accountShape, repositoryShape } from "../shapes.ts";
import { uuidOf } from "../state.ts";

/** Who we are, the repository with its refs and files, and who may do what in it. */
export const repositoryRoutes: readonly Route[] = [
  { route: "GET /user", answer: ({ state, actor }) => ({ status: 200, body: accountShape(state, actor) }) },
  onRepository("GET", "", "read", ({ state, repository }) => {
    const mainbranch = { type: "branch", name: repository.defaultBranch };
    return { status: 200, body: { ...repositoryShape(state, repository), mainbranch } };
  }),
  about("GET /workspaces/{workspace}/permissions/repositories/{repo_slug}", "admin", permissions),
  {
    route: "GET /workspaces/{workspace}/members/{member}",
    answer: ({ state, parameters: { workspace, member } }) => {
      const team = state.teams.find(({ name }) => name === workspace);
      const account = team?.members.find((one) => uuidOf(one) === member);
      if (account === undefined) throw notFound("Membership");
      return { status: 200, body: { type: "workspace_membership", user: accountShape(state, account) } };
    },
  },
  onRepository("GET", "/refs/branches", "read", async ({ state, repository, url }) => {
    const branches = await branchesOf(state.root, repository);
    return paged(
      branches.map(({ name, sha }) => ({ type: "branch", name, target: { type: "commit", hash: sha } })),
      url,
    );
  }),
  onRepository("GET", "/refs/branches/{path}", "read", (asked) => ref(asked, "heads")),
  onRepository("GET", "/refs/tags/{path}", "read", (asked) => ref(asked, "tags")),
  onRepository("GET", "/src/{commit}/{path}", "read", async ({ state, repository, parameters, url }) => {
    const { commit = "", path = "" } = parameters;
    const text = await fileAt(state.root, repository, commit, path);
    if (text === undefined) throw notFound("File");
    const isMeta = url.searchParams.get("format") === "meta";
    return { status: 200, body: isMeta ? { type: "commit_file", path, size: text.length } : text };
  }),
];

/** Effective permissions of everybody who has one, or of the one that is asked for. */
function permissions({ state, repository, url }: AskedOfRepository) {
  const q = url.searchParams.get("q");
  const [, uuid] = /^user\.uuid\s*=\s*"(\{[^"]+\})"$/.exec(q ?? "") ?? [];
  if (q !== null && uuid === undefined) throw invalid("q", "Invalid query");
  const found = state.accounts.filter(
    (account) => repository.roles.has(account.login) && (uuid === undefined || uuidOf(account) === uuid),
  );
  const shown = found.map((account) => ({
    type: "repository_permission",
    permission: permissionOf(repository, account),
    user: accountShape(state, account),
    repository: repositoryShape(state, repository),
  }));
  return paged(shown, url);
}

async function ref({ state, repository, parameters }: AskedOfRepository, kind: "heads" | "tags") {
  const { path: name = "" } = parameters;
  const hash = await commitOf(state.root, repository, `refs/${kind}/${name}`);
  if (hash === undefined) throw notFound();
  return { status: 200, body: { name, target: { type: "commit", hash } } };
}
