import type { Reading } from "../../core/delivery.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, meaningOf, read, told, unwanted } from "../shared/reading.ts";
import { REVIEWS } from "./actions.ts";
import { ReviewPayload } from "./payloads.ts";
import { actorOf, pullRequestOf, repoOf } from "./translate.ts";

/** A review, with or without words. What was written on lines is told by nothing else. */
export function readReview(payload: PayloadData): Reading {
  if (payload.action !== "reviewed") return unwanted("pull_request_review", payload);
  return read(
    "pull_request_review",
    ReviewPayload,
    payload,
    ({ repository, sender, pull_request: pull, review }) => {
      const { type, content } = review;
      const state = meaningOf(REVIEWS, /[a-z]+$/.exec(type)?.[0]);
      if (state === undefined) return ignored(`a review of the type "${type}" says nothing`);
      return told({
        kind: "review",
        action: "submitted",
        repo: repoOf(repository),
        actor: actorOf(sender),
        // The payload has no id; nobody submits two of one kind at one time.
        review: {
          id: `${state} by ${sender.id} at ${pull.updated_at ?? pull.head.sha}`,
          state,
          body: content ?? "",
          ...(pull.html_url ? { url: pull.html_url } : {}),
        },
        pullRequest: pullRequestOf(pull),
      });
    },
  );
}
