import type { Answer } from "../../stand-in/answer.ts";
import { addComment, changeLabels, editComment } from "../../stand-in/doings.ts";
import type { Account } from "../../stand-in/state.ts";
import type { Body } from "../../stand-in/route.ts";
import { textIn } from "../../stand-in/route.ts";
import { badParameter, forbidden, invalid, notFound, paged } from "../answer.ts";
import { listed } from "../lists.ts";
import { executeQuickActions } from "../quick-actions.ts";
import type { AskedOfThread, Route } from "../route.ts";
import { onProject, onThreads } from "../route.ts";
import { issueShape, labelEventShape, noteShape, shapeOf } from "../shapes.ts";

/** Characters that a note may have. */
const LONGEST_NOTE = 1_000_000;

/** Issues and merge requests alike: their notes, their labels and what happened to these. */
export const threadRoutes: readonly Route[] = [
  onProject("GET /projects/{id}/issues", "read", ({ state, repository, url }) => {
    const issues = listed(repository.threads, url).filter(({ pull }) => pull === undefined);
    return paged(
      issues.map((thread) => issueShape(state, thread)),
      url,
    );
  }),
  ...onThreads("GET", "", "read", async ({ state, thread }) => ({
    status: 200,
    body: await shapeOf(state, thread),
  })),
  ...onThreads("PUT", "", "triage", update),
  ...onThreads("GET", "/resource_label_events", "read", ({ state, thread, url }) =>
    paged(
      thread.events.map((event) => labelEventShape(state, thread, event)),
      url,
    ),
  ),
  ...onThreads("GET", "/notes", "read", ({ state, thread, url }) => {
    const notes = thread.comments.map((comment) => noteShape(state, thread, comment));
    return paged(url.searchParams.get("sort") === "asc" ? notes : notes.reverse(), url);
  }),
  ...onThreads("POST", "/notes", "read", ({ state, thread, actor, body }) => {
    const text = executeQuickActions(state, { thread, actor, text: noteIn(body) });
    // Of a note that was nothing but quick actions nothing is left.
    if (text.trim() === "") return { status: 202, body: { commands_changes: {}, summary: ["Applied."] } };
    const comment = addComment(state, { actor, thread, body: text });
    return { status: 201, body: noteShape(state, thread, comment) };
  }),
  ...onThreads("GET", "/notes/{note}", "read", (asked) => ({
    status: 200,
    body: noteShape(asked.state, asked.thread, commentOf(asked)),
  })),
  ...onThreads("PUT", "/notes/{note}", "read", (asked) => {
    const { state, thread, actor, body } = asked;
    const comment = commentOf(asked);
    if (comment.author.id !== actor.id) throw forbidden();
    editComment(comment, executeQuickActions(state, { thread, actor, text: noteIn(body) }));
    return { status: 200, body: noteShape(state, thread, comment) };
  }),
];

async function update({ state, thread, actor, body }: AskedOfThread): Promise<Answer> {
  const add = labelsIn(body, "add_labels");
  const remove = labelsIn(body, "remove_labels");
  const event = textIn(body, "state_event");
  const reviewers = reviewersIn(state, body);
  if (add === undefined && remove === undefined && event === undefined && reviewers === undefined) {
    throw badParameter(
      "add_labels, remove_labels, state_event are missing, at least one parameter must be provided",
    );
  }
  // The scope of a scoped label holds one label: setting another takes it off.
  const outdone = thread.labels.filter((one) =>
    add?.some((other) => other !== one && sharesScope(one, other)),
  );
  changeLabels(state, { thread, actor, add, remove: [...(remove ?? []), ...outdone] });
  // All of them: who is not named is asked no longer.
  if (reviewers !== undefined) thread.reviewers.splice(0, Infinity, ...reviewers);
  if (event !== undefined) thread.state = event === "close" ? "closed" : "open";
  return { status: 200, body: await shapeOf(state, thread) };
}

function reviewersIn({ accounts }: AskedOfThread["state"], body: Body): Account[] | undefined {
  const ids = body.reviewer_ids;
  return Array.isArray(ids) ? accounts.filter(({ id }) => ids.includes(id)) : undefined;
}

function sharesScope(one: string, other: string): boolean {
  const scope = /^(.+)::/.exec(one)?.[1];
  return scope !== undefined && /^(.+)::/.exec(other)?.[1] === scope;
}

/** Names of labels: GitLab takes them with commas between, or as a list. */
function labelsIn(body: Body, name: string): string[] | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  const names: unknown[] = typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : [];
  return names.map((label) => String(label).trim()).filter((label) => label !== "");
}

function commentOf({ thread, parameters }: AskedOfThread) {
  const comment = thread.comments.find(({ id }) => String(id) === parameters.note);
  if (comment === undefined) throw notFound("Note");
  return comment;
}

function noteIn(body: Body): string {
  const text = textIn(body, "body");
  if (text === undefined) throw badParameter("body is missing");
  if (text.trim() === "") throw invalid("note", "can't be blank");
  if (text.length > LONGEST_NOTE)
    throw invalid("note", `is too long (maximum is ${LONGEST_NOTE} characters)`);
  return text;
}
