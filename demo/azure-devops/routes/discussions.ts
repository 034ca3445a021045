import { addComment, changeLabels, editComment } from "../../stand-in/doings.ts";
import { textIn } from "../../stand-in/route.ts";
import { forbidden, invalid, listed, notFound } from "../answer.ts";
import type { Route } from "../route.ts";
import { onPull } from "../route.ts";
import { discussionCommentShape, discussionShape } from "../shapes.ts";

/** Characters that a comment may have. */
const LONGEST_COMMENT = 150_000;

/** What is said on pull requests, and their labels. */
export const discussionRoutes: readonly Route[] = [
  onPull("GET", "/threads", "read", ({ thread }) => listed(thread.comments.map(discussionShape))),
  onPull("POST", "/threads", "triage", ({ state, thread, actor, body }) => {
    const comments: unknown[] = Array.isArray(body.comments) ? body.comments : [];
    const [first] = comments;
    const content =
      typeof first === "object" && first !== null && "content" in first ? String(first.content) : "";
    const comment = addComment(state, { thread, actor, body: bounded(content) });
    return { status: 200, body: discussionShape(comment) };
  }),
  onPull(
    "PATCH",
    "/threads/{discussion}/comments/{comment}",
    "triage",
    ({ thread, actor, parameters, body }) => {
      const comment = thread.comments.find(({ id }) => String(id) === parameters.discussion);
      if (comment === undefined || parameters.comment !== "1") throw notFound("The comment");
      if (comment.author.id !== actor.id) throw forbidden();
      editComment(comment, bounded(textIn(body, "content") ?? ""));
      return { status: 200, body: discussionCommentShape(comment) };
    },
  ),
  onPull("GET", "/labels", "read", ({ thread }) =>
    listed(thread.labels.map((name) => ({ id: name, name, active: true }))),
  ),
  onPull("POST", "/labels", "triage", ({ state, thread, actor, body }) => {
    const name = textIn(body, "name") ?? "";
    if (name === "") throw invalid("a label needs a name");
    changeLabels(state, { thread, actor, add: [name] });
    return { status: 200, body: { id: name, name, active: true } };
  }),
  onPull("DELETE", "/labels/{label}", "triage", ({ state, thread, actor, parameters }) => {
    const { removed } = changeLabels(state, { thread, actor, remove: [parameters.label ?? ""] });
    if (removed.length === 0) throw notFound("The label");
    return { status: 200, body: "" };
  }),
];

function bounded(content: string): string {
  if (content === "" || content.length > LONGEST_COMMENT) throw invalid("the comment is empty or too long");
  return content;
}
