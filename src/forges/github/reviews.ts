import type { Reading } from "../../core/delivery.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, meaningOf, read, told, unwanted } from "../shared/reading.ts";
import { REVIEW_STATES } from "./actions.ts";
import { ReviewCommentPayload, ReviewPayload } from "./payloads.ts";
import { actorOf, commentOf, pullRequestOf, repoOf } from "./translate.ts";

/** A review that was submitted. One that is only the wrapping of comments on lines says nothing that these do not. */
export function readReview(payload: PayloadData): Reading {
  if (payload.action !== "submitted") return unwanted("pull_request_review", payload);
  return read("pull_request_review", ReviewPayload, payload, (said) => {
    const { repository, sender, review, pull_request: pull } = said;
    const state = meaningOf(REVIEW_STATES, review.state.toLowerCase());
    if (state === undefined) return ignored(`a review that is "${review.state}" says nothing yet`);
    if (state === "commented" && !review.body) {
      return ignored("a review without words: its comments on lines come by themselves");
    }
    return told({
      kind: "review",
      action: "submitted",
      repo: repoOf(repository),
      actor: actorOf(sender),
      review: { ...commentOf(review), state },
      pullRequest: pullRequestOf(pull),
    });
  });
}

/** A comment on a line of a change. It is counted in a row of its own, so that its id is written as in its address. */
export function readReviewComment(payload: PayloadData): Reading {
  if (payload.action !== "created") return unwanted("pull_request_review_comment", payload);
  return read("pull_request_review_comment", ReviewCommentPayload, payload, (said) =>
    told({
      kind: "comment",
      action: "created",
      repo: repoOf(said.repository),
      actor: actorOf(said.sender),
      comment: { ...commentOf(said.comment), id: `discussion_r${said.comment.id}` },
      pullRequest: pullRequestOf(said.pull_request),
    }),
  );
}
