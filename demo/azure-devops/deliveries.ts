import { randomUUID } from "node:crypto";

import { COMMENT_MARKER } from "../../src/core/text.ts";
import type { Told, WebhookDelivery } from "../stand-in/delivery.ts";
import { neverTold } from "../stand-in/delivery.ts";
import type { Happening, Thread } from "../stand-in/state.ts";
import {
  buildShape,
  discussionCommentShape,
  fieldsOf,
  identityShape,
  linksOf,
  pullShape,
  repositoryShape,
  reviewerShape,
  tagsChange,
  workItemShape,
} from "./shapes.ts";
import type { AzureState } from "./state.ts";
import { guidOf, namesOf, projectId, revisionOf } from "./state.ts";

type Of<Kind extends Happening["kind"]> = Extract<Happening, { kind: Kind }>;

/** How a service hook was set up. */
export interface Hook {
  /** User name, colon and password. */
  readonly credentials: string;
  /** Name of the repository that goes with the project's work items, as a header of its own says it. */
  readonly repository: string | undefined;
  /** GUID of the subscription, and number of the delivery among its own. */
  readonly subscription?: string;
  readonly notification?: number;
}

/** Put the proof on a delivery: basic authentication. The same `id` again is another try of the same delivery. */
export function sign(
  { event, payload }: Told,
  { credentials, repository, subscription = guidOf(77), notification = 1 }: Hook,
  id: string = randomUUID(),
): WebhookDelivery {
  const named: Record<string, string> =
    /^(?:workitem|build)\./.test(event) && repository !== undefined
      ? { "x-forgehand-repository": repository }
      : {};
  return {
    headers: {
      "content-type": "application/json; charset=utf-8",
      authorization: `Basic ${Buffer.from(credentials).toString("base64")}`,
      ...named,
    },
    body: JSON.stringify({ subscriptionId: subscription, notificationId: notification, id, ...payload }),
  };
}

/** What Azure DevOps tells service hooks of something that happened. Throws where it has no event for that. */
export async function toldOf(state: AzureState, happening: Happening): Promise<Told> {
  const [event, resource, resourceVersion = "1.0", said] = await eventOf(state, happening);
  const { project } = namesOf(happening.repository);
  const resourceContainers = {
    collection: { id: guidOf(1), baseUrl: `${state.url}/` },
    project: { id: projectId(state, project), baseUrl: `${state.url}/` },
  };
  const createdDate = new Date().toISOString();
  const message = said === undefined ? null : { text: said };
  const envelope = { eventType: event, publisherId: "tfs", message, resource, resourceVersion };
  return { event, payload: { ...envelope, resourceContainers, createdDate } };
}

async function eventOf(
  state: AzureState,
  happening: Happening,
): Promise<[event: string, resource: object, version?: string, said?: string]> {
  switch (happening.kind) {
    case "opened":
      if (happening.thread.pull === undefined)
        return ["workitem.created", workItemShape(state, happening.thread)];
      return ["git.pullrequest.created", await pullShape(state, happening.thread)];
    case "updated":
      return ["git.pullrequest.updated", await pullShape(state, happening.thread)];
    case "labels":
      return updateOf(state, happening, { "System.Tags": tagsOf(happening) });
    case "edited":
      return updateOf(state, happening, { "System.Description": { newValue: happening.thread.body } });
    case "commented":
      return commentOf(state, happening);
    case "assigned":
    case "unassigned": {
      if (happening.thread.pull !== undefined) throw neverTold(happening);
      const side = happening.kind === "assigned" ? "newValue" : "oldValue";
      return updateOf(state, happening, {
        "System.AssignedTo": { [side]: identityShape(happening.assignee) },
      });
    }
    case "reviewed":
      return voteOf(state, happening);
    case "checked": {
      const requestedFor = identityShape(happening.actor);
      return [
        "build.complete",
        { ...buildShape(state, happening.repository, happening.check), requestedFor },
        "2.0",
      ];
    }
    case "pushed":
      return ["git.push", pushOf(state, happening)];
  }
}

function tagsOf({ thread, added, removed }: Of<"labels">) {
  const before = [...thread.labels.filter((label) => !added.includes(label)), ...removed];
  return tagsChange(before, [...before.filter((label) => !removed.includes(label)), ...added]);
}

/** Labels and texts of pull requests change without a word. */
function updateOf(
  state: AzureState,
  { thread, actor }: Happening & { thread: Thread },
  fields: object,
): [string, object] {
  if (thread.pull !== undefined) throw new Error("Azure DevOps has no event for this of a pull request");
  const rev = revisionOf(thread);
  const resource = {
    id: rev,
    workItemId: thread.number,
    rev,
    revisedBy: identityShape(actor),
    revisedDate: "9999-01-01T00:00:00Z",
    fields,
    _links: linksOf(state, thread),
    revision: { id: thread.number, rev, fields: fieldsOf(thread, actor) },
  };
  return ["workitem.updated", resource];
}

/** A vote shows in the list of reviewers, and only a sentence tells that there is a new one. */
async function voteOf(
  state: AzureState,
  happening: Of<"reviewed">,
): Promise<[string, object, string, string]> {
  const { thread, review } = happening;
  if (review.state === "commented") throw neverTold(happening);
  const [vote, words] = review.state === "approved" ? [10, "has approved"] : [-10, "rejected"];
  const shape = await pullShape(state, thread);
  const others = thread.reviewers.filter(({ id }) => id !== review.author.id);
  const reviewers = [reviewerShape(review.author, vote), ...others.map((one) => reviewerShape(one))];
  const said = `${review.author.login} ${words} pull request ${thread.number} (${thread.title})`;
  return ["git.pullrequest.updated", { ...shape, reviewers }, "1.0", said];
}

async function commentOf(
  state: AzureState,
  { thread, comment, actor }: Of<"commented">,
): Promise<[string, object, string?]> {
  if (thread.pull === undefined) {
    const item = workItemShape(state, thread, actor);
    const fields = { ...item.fields, "System.History": htmlOf(comment.bodies.at(-1) ?? "") };
    const commentVersionRef = { commentId: comment.id, version: comment.bodies.length };
    return ["workitem.commented", { ...item, fields, commentVersionRef }];
  }
  const href = `${state.url}/_apis/git/pullRequests/${thread.number}/threads/${comment.id}`;
  const said = { ...discussionCommentShape(comment), _links: { threads: { href } } };
  const event = "ms.vss-code.git-pullrequest-comment-event";
  return [event, { comment: said, pullRequest: await pullShape(state, thread) }, "2.0"];
}

/** What a person types is kept as HTML; ours is HTML already. */
function htmlOf(text: string): string {
  if (text.startsWith(COMMENT_MARKER)) return text;
  return text
    .split("\n")
    .map((line) => `<div>${line.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</div>`)
    .join("");
}

function pushOf(state: AzureState, { repository, branch, before, after, actor }: Of<"pushed">) {
  return {
    commits: [],
    refUpdates: [{ name: `refs/heads/${branch}`, oldObjectId: before, newObjectId: after }],
    repository: repositoryShape(state, repository),
    pushedBy: identityShape(actor),
    pushId: 1,
  };
}
