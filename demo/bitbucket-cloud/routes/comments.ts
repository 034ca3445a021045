import { addComment, editComment } from "../../stand-in/doings.ts";
import type { Body } from "../../stand-in/route.ts";
import { forbidden, invalid, notFound, paged } from "../answer.ts";
import type { Route } from "../route.ts";
import { onThreads } from "../route.ts";
import { commentShape } from "../shapes.ts";

/** Comments on issues and pull requests alike: anybody who reads may write, nobody may change another's. */
export const commentRoutes: readonly Route[] = [
  ...onThreads("GET", "/comments", ({ state, thread, url }) => {
    const shown = thread.comments.map((comment) => commentShape(state, thread, comment));
    return paged(url.searchParams.get("sort") === "-created_on" ? shown.reverse() : shown, url);
  }),
  ...onThreads("POST", "/comments", ({ state, thread, actor, body }) => {
    const comment = addComment(state, { thread, actor, body: rawIn(body) });
    return { status: 201, body: commentShape(state, thread, comment) };
  }),
  ...onThreads("PUT", "/comments/{comment}", ({ state, thread, actor, parameters, body }) => {
    const comment = thread.comments.find(({ id }) => String(id) === parameters.comment);
    if (comment === undefined) throw notFound("Comment");
    if (comment.author.id !== actor.id) throw forbidden("You cannot change somebody else's comment.");
    editComment(comment, rawIn(body));
    return { status: 200, body: commentShape(state, thread, comment) };
  }),
];

function rawIn({ content }: Body): string {
  const raw = typeof content === "object" && content !== null && "raw" in content ? content.raw : undefined;
  if (typeof raw !== "string" || raw.trim() === "") throw invalid("content", "This field is required.");
  return raw;
}
