import type { Reading } from "../../core/delivery.ts";
import type { Actor, PullRequestAction } from "../../core/event.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, read, told, unreadable } from "../shared/reading.ts";
import * as payloads from "./payloads.ts";
import { actorOf, pullRequestOf, repoOf } from "./translate.ts";

/** What an update means by the status that the pull request has now: a delivery does not say what was changed. */
const UPDATES: ReadonlyMap<string, PullRequestAction> = new Map([
  ["active", "updated"],
  ["completed", "merged"],
  ["abandoned", "closed"],
]);

/** Milliseconds after which a comment that differs from what was published counts as changed. */
const EDITED_AFTER = 1_000;

export function readCreated(payload: PayloadData): Reading {
  return read("git.pullrequest.created", payloads.PullRequestPayload, payload, ({ resource }) =>
    tell(resource, "opened", actorOf(resource.createdBy)),
  );
}

/**
 * An update of a pull request: new commits, a vote, other reviewers, completed or abandoned. What it is only the
 * service hook's filter tells, which is not in the delivery. An active one is read as updated; where its head is the
 * one that was known already, nothing is run again.
 */
export function readUpdated(payload: PayloadData): Reading {
  return read("git.pullrequest.updated", payloads.PullRequestPayload, payload, ({ resource }) => {
    const { status } = resource;
    const action = UPDATES.get(status);
    if (action === undefined) return ignored(`the pull request is "${status}", which starts nothing`);
    return tell(resource, action, updaterOf(resource, action));
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

function tell(request: payloads.PullRequest, action: PullRequestAction, actor: Actor): Reading {
  const pullRequest = pullRequestOf(request);
  return told({ kind: "pull_request", action, repo: repoOf(request.repository), actor, pullRequest });
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
