import type { Reading } from "../../core/delivery.ts";
import type { ReviewState } from "../../core/event.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, read, told } from "../shared/reading.ts";
import { ReviewersPayload, ReviewPayload } from "./payloads.ts";
import { actorOf, pullRequestOf, repoOf } from "./translate.ts";

/**
 * What Bitbucket calls the reviews, and what they say. The manual has `changes_requested`, servers send `needs_work` and
 * refuse a webhook that asks for the other. Source: vriesdemichael/bitbucket-data-center-cli, live tests against 9.4 and
 * 10.2.
 */
export const REVIEWS = {
  "pr:reviewer:approved": "approved",
  "pr:reviewer:needs_work": "changes_requested",
  "pr:reviewer:changes_requested": "changes_requested",
} as const satisfies Record<string, ReviewState>;

/** Read a review, which has neither text nor number: who gave it and when tells one from another. */
export function readReview(event: string, state: ReviewState, payload: PayloadData): Reading {
  return read(event, ReviewPayload, payload, ({ actor, pullRequest: request, date }) => {
    const pullRequest = pullRequestOf(request);
    return told({
      kind: "review",
      action: "submitted",
      repo: repoOf(request.toRef.repository),
      actor: actorOf(actor),
      review: {
        id: [request.id, actor.id, state, date ?? ""].join("/"),
        state,
        body: "",
        ...(pullRequest.url === undefined ? {} : { url: pullRequest.url }),
      },
      pullRequest,
    });
  });
}

/**
 * Read who is a reviewer now and was none before, and the other way round. There are no assignees: to ask for a review is
 * how a pull request is given to somebody.
 */
export function readReviewers(payload: PayloadData): Reading {
  return read("pr:reviewer:updated", ReviewersPayload, payload, (update) => {
    const { actor, pullRequest, addedReviewers, removedReviewers } = update;
    const about = {
      kind: "pull_request",
      repo: repoOf(pullRequest.toRef.repository),
      actor: actorOf(actor),
      pullRequest: pullRequestOf(pullRequest),
    } as const;
    const steps = [
      ...(removedReviewers ?? []).map((user) => ({ action: "unassigned", user }) as const),
      ...(addedReviewers ?? []).map((user) => ({ action: "assigned", user }) as const),
    ];
    if (steps.length === 0) return ignored("the list of reviewers is as it was");
    return told(...steps.map(({ action, user }) => ({ ...about, action, assignee: actorOf(user) })));
  });
}
