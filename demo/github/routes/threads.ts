import type { Answer } from "../../stand-in/answer.ts";
import { addComment, changeLabels, editComment } from "../../stand-in/doings.ts";
import { textIn } from "../../stand-in/route.ts";
import type { Comment, Repository, State, Thread } from "../../stand-in/state.ts";
import { invalid, notFound, paged, Refusal } from "../answer.ts";
import { listed } from "../lists.ts";
import type { Asked, Route } from "../route.ts";
import { onRepository, threadOf } from "../route.ts";
import { commentShape, issueShape, labelEventShape, labelShape } from "../shapes.ts";

const READ = { grants: ["issues:read", "pull_requests:read"], role: "read" } as const;
const COMMENT = { grants: ["issues:write", "pull_requests:write"], role: "read" } as const;
const LABEL = { grants: ["issues:write", "pull_requests:write"], role: "triage" } as const;

/** Characters that a comment may have. */
const LONGEST_BODY = 65_536;

/** Issues, which pull requests are too: their comments, labels and what happened to these. */
export const threadRoutes: readonly Route[] = [
  onRepository(
    "GET /repos/{owner}/{repo}/issues/comments/{id}",
    READ,
    ({ state, repository, parameters }) => {
      const { thread, comment } = findComment(repository, parameters.id);
      return { status: 200, body: commentShape(state, repository, thread, comment) };
    },
  ),
  onRepository("PATCH /repos/{owner}/{repo}/issues/comments/{id}", COMMENT, (asked) => {
    const { state, repository, parameters, actor, body } = asked;
    const { thread, comment } = findComment(repository, parameters.id);
    if (comment.author.id !== actor.id) throw new Refusal(403, "Must have admin rights to Repository.");
    editComment(comment, bodyOf(body));
    return { status: 200, body: commentShape(state, repository, thread, comment) };
  }),
  onRepository("GET /repos/{owner}/{repo}/issues", READ, ({ state, repository, url }) => {
    const shown = listed(repository.threads, url).map((thread) => issueShape(state, repository, thread));
    return paged(shown, url);
  }),
  onRepository("GET /repos/{owner}/{repo}/issues/{number}", READ, (asked) => ({
    status: 200,
    body: issueShape(asked.state, asked.repository, threadOf(asked)),
  })),
  onRepository("GET /repos/{owner}/{repo}/issues/{number}/events", READ, (asked) => {
    const { events } = threadOf(asked);
    return paged(
      events.map((event) => labelEventShape(asked.state, event)),
      asked.url,
    );
  }),
  onRepository("GET /repos/{owner}/{repo}/issues/{number}/comments", READ, (asked) => {
    const { state, repository, url } = asked;
    const thread = threadOf(asked);
    return paged(
      thread.comments.map((comment) => commentShape(state, repository, thread, comment)),
      url,
    );
  }),
  onRepository("POST /repos/{owner}/{repo}/issues/{number}/comments", COMMENT, (asked) => {
    const { state, repository, actor, body } = asked;
    const thread = threadOf(asked);
    const comment = addComment(state, { actor, thread, body: bodyOf(body) });
    return { status: 201, body: commentShape(state, repository, thread, comment) };
  }),
  onRepository("POST /repos/{owner}/{repo}/issues/{number}/labels", LABEL, (asked) => {
    const { state, repository, actor, body } = asked;
    const thread = threadOf(asked);
    const { labels } = body;
    if (!Array.isArray(labels)) throw invalid({ resource: "Label", code: "missing_field", field: "labels" });
    for (const label of labels) changeLabels(state, { actor, thread, add: [String(label)] });
    return labelsOf(state, repository, thread);
  }),
  onRepository("DELETE /repos/{owner}/{repo}/issues/{number}/labels/{name}", LABEL, (asked) => {
    const { state, repository, actor, parameters } = asked;
    const thread = threadOf(asked);
    const { removed } = changeLabels(state, { actor, thread, remove: [parameters.name ?? ""] });
    if (removed.length === 0) throw new Refusal(404, "Label does not exist");
    return labelsOf(state, repository, thread);
  }),
];

function labelsOf(state: State, repository: Repository, { labels }: Thread): Answer {
  return { status: 200, body: labels.map((label) => labelShape(state, repository, label)) };
}

function findComment({ threads }: Repository, id: string | undefined): { thread: Thread; comment: Comment } {
  for (const thread of threads) {
    const comment = thread.comments.find((one) => String(one.id) === id);
    if (comment !== undefined) return { thread, comment };
  }
  throw notFound();
}

function bodyOf(body: Asked["body"]): string {
  const text = textIn(body, "body");
  if (text === undefined || text.trim() === "") {
    throw invalid({ resource: "IssueComment", code: "missing_field", field: "body" });
  }
  if (text.length > LONGEST_BODY) {
    const message = `body is too long (maximum is ${LONGEST_BODY} characters)`;
    throw invalid({ resource: "IssueComment", code: "custom", field: "body", message });
  }
  return text;
}
