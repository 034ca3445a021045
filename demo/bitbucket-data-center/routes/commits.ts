import { setStatus } from "../../stand-in/doings.ts";
import { branchesOf, branchHead, commitOf, fileAt } from "../../stand-in/git.ts";
import type { Body } from "../../stand-in/route.ts";
import { textIn } from "../../stand-in/route.ts";
import { invalid, notFound, paged } from "../answer.ts";
import type { Route } from "../route.ts";
import { onRepository } from "../route.ts";
import { repositoryShape } from "../shapes.ts";

const STATES = ["SUCCESSFUL", "FAILED", "INPROGRESS", "CANCELLED", "UNKNOWN"];

/** Characters of texts, and of the link. */
const LONGEST = 255;
const LONGEST_URL = 450;

/** The repository with its branches, commits, their builds, and files. */
export const commitRoutes: readonly Route[] = [
  onRepository("GET", "", "read", ({ state, repository }) => ({
    status: 200,
    body: repositoryShape(state, repository),
  })),
  onRepository("GET", "/branches", "read", async ({ state, repository, url }) => {
    const branches = await branchesOf(state.root, repository);
    const shown = branches.map(({ name, sha }) => ({
      id: `refs/heads/${name}`,
      displayId: name,
      type: "BRANCH",
      latestCommit: sha,
      latestChangeset: sha,
      isDefault: name === repository.defaultBranch,
    }));
    return paged(shown, url);
  }),
  onRepository("POST", "/commits/{sha}/builds", "read", async (asked) => {
    const { state, repository, actor, parameters, body } = asked;
    const { sha = "" } = parameters;
    const known = /^[0-9a-f]{40}$/.test(sha) ? await commitOf(state.root, repository, sha) : undefined;
    if (known === undefined) throw notFound("commit.NoSuchCommitException", `Commit '${sha}'`);
    const ref = textIn(body, "ref");
    if (ref !== undefined && !ref.startsWith("refs/")) throw invalid("'ref' must be fully qualified.");
    const build = {
      sha,
      state: required(body, "state", LONGEST),
      context: required(body, "key", LONGEST),
      targetUrl: required(body, "url", LONGEST_URL),
      description: shortText(body, "description", LONGEST) ?? null,
    };
    shortText(body, "name", LONGEST);
    if (!STATES.includes(build.state)) throw invalid("'state' must be one of the known states.");
    if (!/^https?:\/\//.test(build.targetUrl)) throw invalid("'url' must be a valid URL.");
    setStatus(state, { repository, actor }, build);
    return { status: 204 };
  }),
  onRepository("GET", "/default-branch", "read", async ({ state, repository }) => {
    const { defaultBranch } = repository;
    const latestCommit = await branchHead(state.root, repository, defaultBranch);
    if (latestCommit === undefined) return { status: 204 };
    const id = `refs/heads/${defaultBranch}`;
    return { status: 200, body: { id, displayId: defaultBranch, type: "BRANCH", latestCommit } };
  }),
  onRepository("GET", "/raw/{path}", "read", async ({ state, repository, parameters, url }) => {
    const { path = "" } = parameters;
    const at = url.searchParams.get("at") ?? repository.defaultBranch;
    const text = await fileAt(state.root, repository, at, path);
    if (text === undefined) throw notFound("content.NoSuchPathException", `The path "${path}"`);
    return { status: 200, body: text };
  }),
];

function required(body: Body, name: string, longest: number): string {
  const text = shortText(body, name, longest);
  if (text === undefined || text.trim() === "") throw invalid(`'${name}' is required.`);
  return text;
}

function shortText(body: Body, name: string, longest: number): string | undefined {
  const text = textIn(body, name);
  if (text !== undefined && text.length > longest) {
    throw invalid(`'${name}' must be at most ${longest} characters.`);
  }
  return text;
}
