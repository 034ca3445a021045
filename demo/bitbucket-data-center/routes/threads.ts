import { addComment, editComment } from "../../stand-in/doings.ts";
import type { Body } from "../../stand-in/route.ts";
import { textIn } from "../../stand-in/route.ts";
import type { Comment } from "../../stand-in/state.ts";
import { conflict, forbidden, invalid, notFound, paged } from "../answer.ts";
import type { AskedOfPull, Route } from "../route.ts";
import { onPull } from "../route.ts";
import { commentShape } from "../shapes.ts";
import { versionOf } from "../state.ts";

/** Characters that a comment may have. */
const LONGEST = 32_768;

/** Comments on pull requests. Reading needs no more than writing one. */
export const threadRoutes: readonly Route[] = [
  onPull("GET", "/activities", ({ state, thread, url }) => {
    const opened = { id: thread.id, action: "OPENED" };
    const comments = thread.comments.map((comment) => ({
      id: comment.id + 1_000_000,
      action: "COMMENTED",
      commentAction: "ADDED",
      comment: commentShape(state, comment),
    }));
    // The newest comes first.
    return paged([opened, ...comments].reverse(), url);
  }),
  onPull("POST", "/comments", ({ state, thread, actor, body }) => {
    const comment = addComment(state, { thread, actor, body: textOf(body) });
    return { status: 201, body: commentShape(state, comment) };
  }),
  onPull("GET", "/comments/{comment}", (asked) => ({
    status: 200,
    body: commentShape(asked.state, commentOf(asked)),
  })),
  onPull("PUT", "/comments/{comment}", (asked) => {
    const { state, actor, body } = asked;
    const comment = commentOf(asked);
    if (comment.author.id !== actor.id) throw forbidden();
    if (body.version !== versionOf(comment)) {
      throw conflict("comment.CommentOutOfDateException", "The comment was edited in the meantime.");
    }
    editComment(comment, textOf(body));
    return { status: 200, body: commentShape(state, comment) };
  }),
];

function commentOf({ thread, parameters }: AskedOfPull): Comment {
  const { comment: id = "" } = parameters;
  const comment = thread.comments.find((one) => String(one.id) === id);
  if (comment === undefined) throw notFound("comment.NoSuchCommentException", `Comment ${id}`);
  return comment;
}

function textOf(body: Body): string {
  const text = textIn(body, "text") ?? "";
  if (text.trim() === "") throw invalid("A comment needs a text.");
  if (text.length > LONGEST) throw invalid(`A comment must be at most ${LONGEST} characters.`);
  return text;
}
