import { addComment, changeLabels, editComment } from "../../stand-in/doings.ts";
import type { Body } from "../../stand-in/route.ts";
import { textIn } from "../../stand-in/route.ts";
import type { Comment, Repository, Thread } from "../../stand-in/state.ts";
import { notFound, paged, Refusal } from "../answer.ts";
import { may } from "../callers.ts";
import type { Route } from "../route.ts";
import { onRepository, onThread } from "../route.ts";
import { commentShape, issueShape, labelEntryShape, labelShape } from "../shapes.ts";
import { labelOf, threadsOf } from "../state.ts";

/** Issues, which pull requests are too: their comments, labels and what happened to them. */
export const threadRoutes: readonly Route[] = [
  onRepository("GET", "/issues", "read", ({ state, repository, url }) => {
    const since = Date.parse(url.searchParams.get("since") ?? "1970-01-01T00:00:00Z");
    const type = url.searchParams.get("type");
    const found = threadsOf(repository, url)
      .filter(({ pull }) => type === null || (type === "pulls") === (pull !== undefined))
      .map((thread) => issueShape(state, thread))
      .filter(({ updated_at: updated }) => Date.parse(updated) >= since);
    return paged(found, url, true);
  }),
  onThread("GET", "", "read", ({ state, thread }) => ({ status: 200, body: issueShape(state, thread) })),
  /** All in one answer: `page` and `limit` are not looked at. */
  onThread("GET", "/comments", "read", ({ state, thread }) => ({
    status: 200,
    body: thread.comments.map((comment) => commentShape(state, thread, comment)),
  })),
  onThread("POST", "/comments", "read", ({ state, thread, actor, body }) => {
    const comment = addComment(state, { actor, thread, body: commentIn(body) });
    return { status: 201, body: commentShape(state, thread, comment) };
  }),
  onRepository("PATCH", "/issues/comments/{id}", "read", ({ state, repository, actor, parameters, body }) => {
    const { thread, comment } = findComment(repository, parameters.id);
    if (comment.author.id !== actor.id && !may(actor, repository, "admin")) throw new Refusal(403, "");
    editComment(comment, commentIn(body));
    return { status: 200, body: commentShape(state, thread, comment) };
  }),
  onThread("GET", "/timeline", "read", ({ state, thread, url }) => {
    const said = thread.comments.map((one) => ({ ...commentShape(state, thread, one), type: "comment" }));
    const labels = thread.events.map((entry) => labelEntryShape(state, thread, entry));
    return paged(
      [...said, ...labels].sort((one, other) => one.id - other.id),
      url,
    );
  }),
  onRepository("GET", "/labels", "read", ({ repository, url }) =>
    paged(
      [...repository.labels.values()].map((name) => labelShape(repository, name)),
      url,
    ),
  ),
  onRepository("POST", "/labels", "write", ({ repository, body }) => {
    const name = textIn(body, "name") ?? "";
    if (!/^#[0-9a-f]{6}$/i.test(textIn(body, "color") ?? "")) throw new Refusal(422, "invalid color");
    repository.labels.set(name.toLowerCase(), name);
    return { status: 201, body: labelShape(repository, name) };
  }),
  /** Ids that no label has are passed over in silence. */
  onThread("POST", "/labels", "write", ({ state, repository, thread, actor, body }) => {
    const ids: unknown[] = Array.isArray(body.labels) ? body.labels : [];
    for (const id of ids) {
      const name = labelOf(repository, Number(id));
      if (name !== undefined) changeLabels(state, { actor, thread, add: [name] });
    }
    return { status: 200, body: thread.labels.map((label) => labelShape(repository, label)) };
  }),
  onThread("DELETE", "/labels/{id}", "write", ({ state, repository, thread, actor, parameters }) => {
    const name = labelOf(repository, Number(parameters.id));
    if (name === undefined) throw new Refusal(422, "label does not exist");
    changeLabels(state, { actor, thread, remove: [name] });
    return { status: 204 };
  }),
];

function findComment({ threads }: Repository, id: string | undefined): { thread: Thread; comment: Comment } {
  for (const thread of threads) {
    const comment = thread.comments.find((one) => String(one.id) === id);
    if (comment !== undefined) return { thread, comment };
  }
  throw notFound();
}

function commentIn(body: Body): string {
  const text = textIn(body, "body");
  if (text === undefined || text === "") throw new Refusal(422, "[Body]: Required");
  return text;
}
