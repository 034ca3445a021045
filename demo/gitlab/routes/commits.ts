import { branchesOf, commitOf, commitsIn, fileAt } from "../../stand-in/git.ts";
import { notFound, paged } from "../answer.ts";
import type { Route } from "../route.ts";
import { onProject } from "../route.ts";
import { branchShape, commitShape, statusShape } from "../shapes.ts";
import { postStatus } from "../statuses.ts";

/** Commits, their statuses, branches and files. */
export const commitRoutes: readonly Route[] = [
  onProject("POST /projects/{id}/statuses/{sha}", "write", async (asked) => {
    const { state, repository, actor, parameters, body } = asked;
    const { sha = "" } = parameters;
    const { job, status } = await postStatus(state, { repository, actor, sha, body });
    return { status: 201, body: statusShape(state, job, status) };
  }),
  onProject("GET /projects/{id}/repository/branches", "read", async ({ state, repository, url }) => {
    const branches = await branchesOf(state.root, repository);
    return paged(
      branches.map((branch) => branchShape(state, repository, branch)),
      url,
    );
  }),
  onProject("GET /projects/{id}/repository/commits/{sha}", "read", async (asked) => {
    const { state, repository, parameters } = asked;
    const sha = await commitOf(state.root, repository, parameters.sha ?? "");
    const [commit] = sha === undefined ? [] : await commitsIn(state.root, repository, sha, 1);
    if (commit === undefined) throw notFound("Commit");
    const last = state.pipelines.findLast((pipeline) => pipeline.sha === sha);
    return { status: 200, body: commitShape(state, repository, commit, last) };
  }),
  onProject("GET /projects/{id}/repository/commits/{sha}/statuses", "read", (asked) => {
    const { state, repository, parameters, url } = asked;
    const jobs = state.jobs.filter(
      (job) => job.repository === repository && job.pipeline.sha === parameters.sha,
    );
    const shown = jobs.flatMap((job) => {
      const status = repository.statuses.findLast(({ id }) => id === job.id);
      return status === undefined ? [] : [statusShape(state, job, status)];
    });
    return paged(shown, url);
  }),
  onProject("GET /projects/{id}/repository/files/{path}/raw", "read", async (asked) => {
    const { state, repository, parameters, url } = asked;
    const ref = url.searchParams.get("ref") ?? repository.defaultBranch;
    const text = await fileAt(state.root, repository, ref, parameters.path ?? "");
    if (text === undefined) throw notFound("File");
    return { status: 200, body: text };
  }),
];
