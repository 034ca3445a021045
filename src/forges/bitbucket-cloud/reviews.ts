import type { Reading } from "../../core/delivery.ts";
import type { ReviewState } from "../../core/event.ts";
import type { PayloadData } from "../shared/reading.ts";
import { read, told } from "../shared/reading.ts";
import { ReviewPayload } from "./payloads.ts";
import { actorOf, pullRequestOf, repoOf } from "./translate.ts";

/**
 * The reader of a review, which has neither text nor number: who gave it and when tells one from another. What is taken
 * back is another event, of which nothing comes. Source: Bitbucket Cloud docs, "Event payloads".
 */
export function readReview(state: ReviewState): (body: PayloadData, event: string) => Reading {
  return (body, event) =>
    read(event, ReviewPayload, body, ({ actor, repository, pullrequest, ...votes }) => {
      const pullRequest = pullRequestOf(pullrequest);
      const vote = votes.approval ?? votes.changes_request;
      const at = vote?.date ?? pullrequest.updated_on ?? "";
      return told({
        kind: "review",
        action: "submitted",
        repo: repoOf(repository),
        actor: actorOf(actor),
        review: {
          id: `${pullRequest.number}/${actor.uuid}/${at}`,
          state,
          body: "",
          ...(pullRequest.url === undefined ? {} : { url: pullRequest.url }),
        },
        pullRequest,
      });
    });
}
