import { setStatus } from "../../stand-in/doings.ts";
import { branchesOf, commitOf, fileAt } from "../../stand-in/git.ts";
import { textIn } from "../../stand-in/route.ts";
import { invalid, notFound, paged, Refusal } from "../answer.ts";
import type { Asked, Route } from "../route.ts";
import { onRepository } from "../route.ts";
import { refShape, repositoryShape, statusShape } from "../shapes.ts";

const READ_STATUS = { grants: ["statuses:read"], role: "read" } as const;
const SET_STATUS = { grants: ["statuses:write"], role: "write" } as const;
const METADATA = { grants: ["metadata:read"], role: "read" } as const;
const CONTENTS = { grants: ["contents:read"], role: "read" } as const;

const STATES = ["error", "failure", "pending", "success"];
/** Characters that the description of a status may have. */
const LONGEST_DESCRIPTION = 140;

/** The repository itself, its branches and files, and statuses of its commits. */
export const commitRoutes: readonly Route[] = [
  onRepository("GET /repos/{owner}/{repo}", METADATA, ({ state, repository }) => ({
    status: 200,
    body: repositoryShape(state, repository),
  })),
  onRepository("GET /repos/{owner}/{repo}/git/matching-refs/{path}", CONTENTS, async (asked) => {
    const { state, repository, parameters } = asked;
    const refs = await branchesOf(state.root, repository);
    if (refs.length === 0) throw new Refusal(409, "Git Repository is empty.");
    const found = refs.filter(({ name }) => `heads/${name}`.startsWith(parameters.path ?? ""));
    return { status: 200, body: found.map((branch) => refShape(state, repository, branch)) };
  }),
  onRepository("POST /repos/{owner}/{repo}/statuses/{sha}", SET_STATUS, async (asked) => {
    const { state, repository, actor, parameters, body } = asked;
    const { sha = "" } = parameters;
    const known = /^[0-9a-f]{40}$/.test(sha) ? await commitOf(state.root, repository, sha) : undefined;
    if (known === undefined) throw new Refusal(422, `No commit found for SHA: ${sha}`);
    const status = setStatus(state, { repository, actor }, { sha, ...statusIn(body) });
    return { status: 201, body: statusShape(state, repository, status) };
  }),
  onRepository("GET /repos/{owner}/{repo}/commits/{ref}/statuses", READ_STATUS, async (asked) => {
    const { state, repository, parameters, url } = asked;
    const sha = await commitOf(state.root, repository, parameters.ref ?? "");
    if (sha === undefined) throw notFound();
    const statuses = repository.statuses.filter((status) => status.sha === sha).reverse();
    return paged(
      statuses.map((status) => statusShape(state, repository, status)),
      url,
    );
  }),
  onRepository("GET /repos/{owner}/{repo}/contents/{path}", CONTENTS, async (asked) => {
    const { state, repository, parameters, url } = asked;
    const { path = "" } = parameters;
    const text = await fileAt(
      state.root,
      repository,
      url.searchParams.get("ref") ?? repository.defaultBranch,
      path,
    );
    if (text === undefined) throw notFound();
    const content = Buffer.from(text).toString("base64");
    return {
      status: 200,
      body: { type: "file", path, name: path.split("/").at(-1), encoding: "base64", content },
    };
  }),
];

function statusIn(body: Asked["body"]) {
  const state = textIn(body, "state") ?? "";
  const description = textIn(body, "description") ?? null;
  if (!STATES.includes(state)) throw invalid({ resource: "Status", code: "custom", field: "state" });
  if (description !== null && Array.from(description).length > LONGEST_DESCRIPTION) {
    const message = `description is too long (maximum is ${LONGEST_DESCRIPTION} characters)`;
    throw invalid({ resource: "Status", code: "custom", field: "description", message });
  }
  return {
    state,
    description,
    context: textIn(body, "context") ?? "default",
    targetUrl: textIn(body, "target_url") ?? null,
  };
}
