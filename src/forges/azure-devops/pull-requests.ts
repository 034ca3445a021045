import type { Reading } from "../../core/delivery.ts";
import type { Actor, PullRequestAction, PullRequestEvent } from "../../core/event.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, read, told, unreadable } from "../shared/reading.ts";
import * as payloads from "./payloads.ts";
import { actorOf, pullRequestOf, repoOf } from "./translate.ts";
import type { Vote } from "./votes.ts";
import { voteIn } from "./votes.ts";

/** What an update means by the status that the pull request has now: a delivery does not say what was changed. */
const UPDATES: ReadonlyMap<string, PullRequestAction> = new Map([
  ["active", "updated"],
  ["completed", "merged"],
  ["abandoned", "closed"],
]);

/** Milliseconds after which a comment that differs from what was published counts as changed. */
const EDITED_AFTER = 1_000;

/**
 * A new pull request. Whom its author asks for a review counts as assigned: there is no other way of giving a pull request
 * to somebody. Of those who are asked later nothing tells who they are.
 */
export function readCreated(payload: PayloadData): Reading {
  return read("git.pullrequest.created", payloads.PullRequestPayload, payload, ({ resource }) => {
    const opening = eventOf(resource, "opened", actorOf(resource.createdBy));
    const asked = (resource.reviewers ?? []).filter(({ isContainer }) => isContainer !== true);
    return told(
      opening,
      ...asked.map((one) => ({ ...opening, action: "assigned" as const, assignee: actorOf(one) })),
    );
  });
}

/**
 * An update of a pull request: new commits, a vote, other reviewers, completed or abandoned. A vote is told by its
 * sentence; of the rest only the service hook's filter tells what it is, which is not in the delivery. An active one is
 * read as updated; where its head is the one that was known already, nothing is run again.
 */
export function readUpdated(payload: PayloadData): Reading {
  return read("git.pullrequest.updated", payloads.PullRequestPayload, payload, (update) => {
    const vote = voteIn(update);
    if (vote !== undefined) return readVote(update, vote);
    const { resource } = update;
    const { status } = resource;
    const action = UPDATES.get(status);
    if (action === undefined) return ignored(`the pull request is "${status}", which starts nothing`);
    return told(eventOf(resource, action, updaterOf(resource, action)));
  });
}

/** A vote has no text, and no number but that of the event. */
function readVote({ id, resource }: payloads.PullRequestPayload, vote: Vote): Reading {
  if (vote.kind === "reset") return ignored("a vote was taken back, which starts nothing");
  if (vote.kind === "ambiguous") {
    return ignored("several reviewers are called alike, so that nothing tells which of them voted");
  }
  const actor = actorOf(vote.reviewer);
  const pullRequest = pullRequestOf(resource);
  return told({
    kind: "review",
    action: "submitted",
    repo: repoOf(resource.repository),
    actor,
    review: {
      id: [resource.pullRequestId, actor.id, id ?? ""].join("/"),
      state: vote.state,
      body: "",
      ...(pullRequest.url === undefined ? {} : { url: pullRequest.url }),
    },
    pullRequest,
  });
}

/** A comment, where it is new, a person's, and on a pull request. */
export function readComment(payload: PayloadData): Reading {
  const kind = "ms.vss-code.git-pullrequest-comment-event";
  return read(kind, payloads.CommentVersion, payload, ({ resource }) => {
    if (resource.comment === undefined && resource.pullRequest === undefined) {
      return unreadable(
        "the comment does not say which pull request it is on, as in version 1.0 of its resource: " +
          "choose version 2.0 in the service hook",
      );
    }
    return read(kind, payloads.CommentPayload, payload, (body) => {
      const { comment, pullRequest } = body.resource;
      const { commentType: type } = comment;
      if (typeof type === "string" && type !== "text") return ignored(`the comment is of type "${type}"`);
      if (comment.isDeleted) return ignored("the comment was deleted");
      if (isEdited(comment)) return ignored("the comment was changed, which starts nothing");
      const known = pullRequestOf(pullRequest);
      return told({
        kind: "comment",
        action: "created",
        repo: repoOf(pullRequest.repository),
        actor: actorOf(comment.author),
        comment: {
          id: commentId(pullRequest, comment, body.id),
          body: comment.content ?? "",
          ...(known.url === undefined ? {} : { url: known.url }),
        },
        pullRequest: known,
      });
    });
  });
}

function eventOf(request: payloads.PullRequest, action: PullRequestAction, actor: Actor): PullRequestEvent {
  const pullRequest = pullRequestOf(request);
  return { kind: "pull_request", action, repo: repoOf(request.repository), actor, pullRequest };
}

/**
 * Who stands for an update, since a delivery does not say who did it. Whoever pushed to a branch of the repository
 * itself could do so by a right of their own, so that the author may stand for them; to a branch of a fork somebody
 * may push whom the author does not know, so that nobody stands for it.
 */
function updaterOf(
  { createdBy, closedBy, forkSource }: payloads.PullRequest,
  action: PullRequestAction,
): Actor {
  if (action !== "updated" && closedBy) return actorOf(closedBy);
  return forkSource ? { id: "", login: "" } : actorOf(createdBy);
}

/** The comment's dates tell: an event of the same kind comes when it is changed. */
function isEdited({ publishedDate, lastContentUpdatedDate }: payloads.Comment): boolean {
  const later = Date.parse(lastContentUpdatedDate ?? "") - Date.parse(publishedDate ?? "");
  return later > EDITED_AFTER;
}

/** Comments are counted in each thread anew. Where no thread is named the event's own id tells comments apart. */
function commentId(
  { pullRequestId }: payloads.PullRequest,
  { id, _links }: payloads.Comment,
  event: string | null | undefined,
): string {
  const thread = /\/(\d+)\/?$/.exec(_links?.threads?.href ?? "")?.[1];
  return `${pullRequestId}/${thread ?? event ?? ""}/${id}`;
}
