import type { Reading } from "../../core/delivery.ts";
import type { PullRequest, PullRequestAction } from "../../core/event.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, read, told } from "../shared/reading.ts";
import { PullRequestCommentPayload, PullRequestPayload } from "./payloads.ts";
import { actorOf, commentOf, pullRequestOf, repoOf } from "./translate.ts";

/** What an event of the end says of the state, whatever the body holds. */
const ENDS: Readonly<Partial<Record<PullRequestAction, PullRequest["state"]>>> = {
  merged: "merged",
  closed: "closed",
};

/**
 * The reader of an event that is one action of ours. Whom the opener asks for a review counts as assigned: there is no
 * other way of giving a pull request to somebody. Of those who are asked later nothing tells.
 */
export function readPullRequest(action: PullRequestAction): (body: PayloadData, event: string) => Reading {
  return (body, event) =>
    read(event, PullRequestPayload, body, ({ actor, repository, pullrequest }) => {
      const pullRequest = pullRequestOf(pullrequest);
      const state = ENDS[action] ?? pullRequest.state;
      if (action === "updated" && state !== "open") {
        return ignored("the pull request is over already, so an update of it starts nothing");
      }
      const about = {
        kind: "pull_request",
        repo: repoOf(repository),
        actor: actorOf(actor),
        pullRequest: { ...pullRequest, state },
      } as const;
      const asked = action === "opened" ? (pullrequest.reviewers ?? []) : [];
      return told(
        { ...about, action },
        ...asked.map((one) => ({ ...about, action: "assigned" as const, assignee: actorOf(one) })),
      );
    });
}

/** Read a new comment on a pull request, in its conversation or on a line. */
export function readPullRequestComment(body: PayloadData, event: string): Reading {
  return read(event, PullRequestCommentPayload, body, (read) => {
    if (read.comment.pending) return ignored("the comment belongs to a review that was not sent yet");
    if (read.comment.deleted) return ignored("the comment was deleted already");
    return told({
      kind: "comment",
      action: "created",
      repo: repoOf(read.repository),
      actor: actorOf(read.actor),
      comment: commentOf(read.comment),
      pullRequest: pullRequestOf(read.pullrequest),
    });
  });
}
