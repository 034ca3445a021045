import { setStatus } from "../../stand-in/doings.ts";
import { branchesOf, commitOf, fileAt } from "../../stand-in/git.ts";
import { invalid, listed, notFound } from "../answer.ts";
import type { Route } from "../route.ts";
import { onRepository } from "../route.ts";
import { repositoryShape } from "../shapes.ts";
import { statusIn } from "../statuses.ts";

/** Repositories, their files, and the statuses of their commits. */
export const repositoryRoutes: readonly Route[] = [
  onRepository("GET", "", "read", ({ state, repository }) => ({
    status: 200,
    body: repositoryShape(state, repository),
  })),
  onRepository("GET", "/refs", "read", async ({ state, repository, url }) => {
    const filter = `refs/${url.searchParams.get("filter") ?? ""}`;
    const branches = await branchesOf(state.root, repository);
    const all = branches
      .map(({ name, sha }) => ({ name: `refs/heads/${name}`, objectId: sha }))
      .filter(({ name }) => name.startsWith(filter));
    const start = all.findIndex(({ name }) => name === url.searchParams.get("continuationToken"));
    const rest = all.slice(Math.max(0, start));
    const top = Number(url.searchParams.get("$top") ?? rest.length);
    const next = rest[top];
    const headers: Record<string, string> =
      next === undefined ? {} : { "x-ms-continuationtoken": encodeURI(next.name) };
    return { ...listed(rest.slice(0, top)), headers };
  }),
  onRepository("GET", "/items", "read", async ({ state, repository, url }) => {
    const asked = (name: string) => url.searchParams.get(name) ?? "";
    const revision = asked("versionDescriptor.version");
    if (revision.startsWith("refs/")) throw invalid("a version is named without refs/");
    const path = asked("path").replace(/^\//, "");
    const text = await fileAt(state.root, repository, revision, path);
    if (text === undefined) throw notFound(`The item ${path}`);
    return { status: 200, body: text };
  }),
  onRepository("POST", "/commits/{sha}/statuses", "write", async (asked) => {
    const { state, repository, actor, parameters, body } = asked;
    const sha = await commitOf(state.root, repository, parameters.sha ?? "");
    if (sha === undefined) throw notFound(`The commit ${parameters.sha ?? ""}`);
    const status = setStatus(state, { repository, actor }, { sha, ...statusIn(body) });
    return { status: 201, body: { id: status.id, state: status.state, description: status.description } };
  }),
];
