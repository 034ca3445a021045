import type { Answer } from "../../stand-in/answer.ts";
import { addComment, changeLabels, editComment } from "../../stand-in/doings.ts";
import { textIn } from "../../stand-in/route.ts";
import type { Repository, Thread } from "../../stand-in/state.ts";
import { forbidden, invalid, listed, notFound, pieceOf, Refusal } from "../answer.ts";
import type { AskedOfThread, Route } from "../route.ts";
import { onProject, onWorkItem } from "../route.ts";
import { identityShape, listedItemShape, remarkShape, tagsChange, workItemShape } from "../shapes.ts";
import { revisionOf } from "../state.ts";
import { itemsThatFit } from "../wiql.ts";

const TAGS = "/fields/System.Tags";
/** How many are read by one request. */
const MOST_TOGETHER = 200;

/** Work items: their tags with the history of these, and their comments. */
export const workItemRoutes: readonly Route[] = [
  onWorkItem("GET", "", "read", ({ thread }) => ({ status: 200, body: listedItemShape(thread) })),
  onWorkItem("PATCH", "", "triage", patch),
  onProject("GET", "/workitems", "read", ({ repository, url }) => {
    const ids = (url.searchParams.get("ids") ?? "").split(",").map(Number);
    if (ids.length > MOST_TOGETHER) throw invalid(`at most ${MOST_TOGETHER} work items are read together`);
    const found = ids.map((id) => itemsOf(repository).find(({ number }) => number === id));
    return listed(found.map((thread) => (thread === undefined ? null : listedItemShape(thread))));
  }),
  onProject("POST", "/wiql", "read", ({ repository, url, body }) => {
    const found = itemsThatFit(itemsOf(repository), textIn(body, "query") ?? "", {
      precise: url.searchParams.get("timePrecision") === "true",
    });
    const workItems = pieceOf(found, url, found.length).map(({ number: id }) => ({ id }));
    return { status: 200, body: { queryType: "flat", queryResultType: "workItem", workItems } };
  }),
  onWorkItem("GET", "/updates", "read", ({ thread, url }) => listed(pieceOf(updatesOf(thread), url, 200))),
  onWorkItem("GET", "/comments", "read", ({ thread, url }) => {
    previewed(url);
    const all = thread.comments.map((comment) => remarkShape(thread, comment)).reverse();
    const comments = all.slice(0, Number(url.searchParams.get("$top") ?? all.length));
    return { status: 200, body: { totalCount: all.length, count: comments.length, comments } };
  }),
  onWorkItem("POST", "/comments", "triage", ({ state, thread, actor, url, body }) => {
    previewed(url);
    const comment = addComment(state, { thread, actor, body: textOf(body) });
    return { status: 200, body: remarkShape(thread, comment) };
  }),
  onWorkItem("PATCH", "/comments/{comment}", "triage", ({ thread, actor, parameters, url, body }) => {
    previewed(url);
    const comment = thread.comments.find(({ id }) => String(id) === parameters.comment);
    if (comment === undefined) throw notFound("The comment");
    if (comment.author.id !== actor.id) throw forbidden();
    editComment(comment, textOf(body));
    return { status: 200, body: remarkShape(thread, comment) };
  }),
];

const itemsOf = ({ threads }: Repository) => threads.filter(({ pull }) => pull === undefined);

/** One after the other, as JSON Patch has it: a test of the revision, then the tags as one text. */
function patch({ state, thread, actor, data, type }: AskedOfThread): Answer {
  if (type !== "application/json-patch+json") throw new Refusal(415, "a patch must say that it is one");
  const steps: unknown[] = Array.isArray(data) ? data : [];
  if (steps.length === 0) throw invalid("a patch needs operations");
  for (const step of steps) {
    const { op, path, value }: Readonly<Record<string, unknown>> = { ...(step as object) };
    if (op === "test" && path === "/rev") {
      if (value !== revisionOf(thread))
        throw new Refusal(412, "TF26071: Somebody saved the work item meanwhile.");
    } else if (path === TAGS && (op === "add" || (op === "replace" && thread.labels.length > 0))) {
      changeTags(state, thread, actor, String(value));
    } else throw invalid(`the operation ${String(op)} ${String(path)} is not possible`);
  }
  return { status: 200, body: workItemShape(state, thread, actor) };
}

function changeTags(
  state: AskedOfThread["state"],
  thread: Thread,
  actor: AskedOfThread["actor"],
  text: string,
): void {
  const wanted = text.split(/[;,]/).flatMap((tag) => (tag.trim() === "" ? [] : [tag.trim()]));
  const has = (tags: readonly string[], tag: string) =>
    tags.some((one) => one.toLowerCase() === tag.toLowerCase());
  changeLabels(state, {
    thread,
    actor,
    add: wanted.filter((tag) => !has(thread.labels, tag)),
    remove: thread.labels.filter((tag) => !has(wanted, tag)),
  });
}

/** The history of a work item, of which only tags are kept: one update for each that was set or taken off. */
function updatesOf({ number, events }: Thread): unknown[] {
  let tags: readonly string[] = [];
  return events.map(({ id, event, label, actor, createdAt }) => {
    const before = tags;
    tags = event === "labeled" ? [...tags, label] : tags.filter((one) => one !== label);
    const fields = { "System.Tags": tagsChange(before, tags), "System.ChangedDate": { newValue: createdAt } };
    return { id, workItemId: number, revisedBy: identityShape(actor), revisedDate: createdAt, fields };
  });
}

/** Comments on work items are in no released version. */
function previewed(url: URL): void {
  if (/-preview\.[34]$/.test(url.searchParams.get("api-version") ?? "")) return;
  throw invalid("the requested version is under preview: the -preview flag must be supplied");
}

function textOf(body: AskedOfThread["body"]): string {
  const text = textIn(body, "text") ?? "";
  if (text === "") throw invalid("the comment is empty");
  return text;
}
