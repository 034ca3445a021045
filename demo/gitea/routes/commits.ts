import { setStatus } from "../../stand-in/doings.ts";
import { branchesIn, commitOf, commitsIn, fileAt } from "../../stand-in/git.ts";
import { textIn } from "../../stand-in/route.ts";
import { notFound, paged, Refusal } from "../answer.ts";
import type { AskedOfRepository, Route } from "../route.ts";
import { onRepository } from "../route.ts";
import { commitShape, statusShape } from "../shapes.ts";

/** Commits, their statuses, and files. */
export const commitRoutes: readonly Route[] = [
  onRepository("GET", "/branches", "read", async ({ state, repository, url }) => {
    const found = await branchesIn(state.root, repository);
    const shapes = found.map(async ({ name, sha }) => {
      const [commit] = await commitsIn(state.root, repository, sha, 1);
      return { name, commit: commit && commitShape(state, repository, commit), protected: false };
    });
    return paged(await Promise.all(shapes), url, true);
  }),
  onRepository("POST", "/statuses/{sha}", "write", async (asked) => {
    const { state, repository, actor, parameters, body } = asked;
    const sha = await knownCommit(asked);
    // As Gitea does: a commit that is not there is taken for trouble of its own, and a state is not looked at.
    if (sha === undefined) throw new Refusal(500, `object does not exist [id: ${parameters.sha ?? ""}]`);
    const status = setStatus(
      state,
      { repository, actor },
      {
        sha,
        state: textIn(body, "state") ?? "",
        context: textIn(body, "context")?.trim() ?? "default",
        description: textIn(body, "description") ?? null,
        targetUrl: textIn(body, "target_url") ?? null,
      },
    );
    return { status: 201, body: statusShape(state, repository, status) };
  }),
  onRepository("GET", "/git/commits/{sha}", "read", async (asked) => {
    const sha = await knownCommit(asked);
    const { state, repository } = asked;
    const [commit] = sha === undefined ? [] : await commitsIn(state.root, repository, sha, 1);
    if (commit === undefined) throw notFound();
    return { status: 200, body: { sha: commit.sha, commit: commitShape(state, repository, commit) } };
  }),
  onRepository("GET", "/contents/{path}", "read", async ({ state, repository, parameters, url }) => {
    const { path = "" } = parameters;
    const ref = url.searchParams.get("ref") ?? repository.defaultBranch;
    const text = await fileAt(state.root, repository, ref, path);
    if (text === undefined) throw notFound("object does not exist");
    const content = Buffer.from(text).toString("base64");
    const name = path.split("/").at(-1);
    return { status: 200, body: { name, path, type: "file", encoding: "base64", content } };
  }),
];

async function knownCommit({
  state,
  repository,
  parameters,
}: AskedOfRepository): Promise<string | undefined> {
  const { sha = "" } = parameters;
  return /^[0-9a-f]{40}$/.test(sha) ? commitOf(state.root, repository, sha) : undefined;
}
