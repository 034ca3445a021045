import { pageOf } from "../../stand-in/answer.ts";
import { addComment, changeLabels, editComment } from "../../stand-in/doings.ts";
import { textIn } from "../../stand-in/route.ts";
import { forbidden, invalid, notFound } from "../answer.ts";
import type { AskedOfThread, Route } from "../route.ts";
import { onRepository, onThread } from "../route.ts";
import { commentShape, issueShape, labelShape } from "../shapes.ts";
import { labelNames } from "../state.ts";

/** Issues that a page holds, whatever is asked for. */
const ISSUE_PAGING_NUM = 10;

/** Issues, which pull requests are too: their comments and their labels. No list has pull requests. */
export const threadRoutes: readonly Route[] = [
  onRepository("GET /repos/{owner}/{repo}/issues", "read", ({ state, repository, url }) => {
    const found = repository.threads.filter((one) => one.pull === undefined && one.state === "open");
    const shapes = found.reverse().map((thread) => issueShape(state, thread));
    const { shown, link } = pageOf(shapes, url, ISSUE_PAGING_NUM);
    return { status: 200, body: shown, ...(link === "" ? {} : { headers: { link } }) };
  }),
  onThread("GET", "", "read", ({ state, thread }) => ({ status: 200, body: issueShape(state, thread) })),
  onThread("GET", "/comments", "read", ({ state, thread }) => ({
    status: 200,
    body: thread.comments.map((comment) => commentShape(state, thread, comment)),
  })),
  onThread("POST", "/comments", "read", ({ state, thread, actor, body }) => {
    const comment = addComment(state, { actor, thread, body: bodyIn(body) });
    return { status: 201, body: commentShape(state, thread, comment) };
  }),
  onThread("PATCH", "/comments/{id}", "read", (asked) => {
    const { state, thread, actor, body, parameters } = asked;
    const comment = thread.comments.find(({ id }) => String(id) === parameters.id);
    if (comment === undefined) throw notFound();
    if (comment.author.id !== actor.id) throw forbidden();
    editComment(comment, bodyIn(body));
    return { status: 200, body: commentShape(state, thread, comment) };
  }),
  // What is answered is not to be relied on: Gogs has a bug there, and so this answers less than there is.
  onThread("POST", "/labels", "write", ({ state, thread, actor, repository, body }) => {
    const ids = body.labels;
    if (!Array.isArray(ids) || !ids.every(Number.isInteger)) throw invalid("cannot unmarshal into []int64");
    const names = labelNames(repository);
    changeLabels(state, { thread, actor, add: ids.flatMap((id) => names[Number(id) - 1] ?? []) });
    return { status: 200, body: [labelShape(repository, thread.labels[0] ?? "")] };
  }),
  onThread("DELETE", "/labels/{id}", "write", removeLabel),
];

/** Nobody is told of a label that the API takes off. */
function removeLabel({ state, thread, actor, repository, parameters }: AskedOfThread) {
  const name = labelNames(repository)[Number(parameters.id) - 1];
  if (name === undefined) throw notFound();
  changeLabels(state, { thread, actor, remove: [name], silently: true });
  return { status: 204 };
}

function bodyIn(body: AskedOfThread["body"]): string {
  const text = textIn(body, "body");
  if (text === undefined || text === "") throw invalid("Required");
  return text;
}
