import type { Delivery, Reading } from "../../core/delivery.ts";
import type { PullRequestAction } from "../../core/event.ts";
import { readPayload } from "../shared/payload.ts";
import { ignored, read, told, unreadable } from "../shared/reading.ts";
import { refEvent } from "../shared/refs.ts";
import { ACTIONS, editSteps } from "./actions.ts";
import { fromBitbucket } from "./marker.ts";
import { CommentPayload, ModifiedPayload, PullRequestPayload, RefsPayload } from "./payloads.ts";
import { PING } from "./ping.ts";
import { readReview, readReviewers, REVIEWS } from "./reviews.ts";
import { actorOf, pullRequestOf, repoOf } from "./translate.ts";

type Payload = Readonly<Record<string, unknown>>;

const READERS: Readonly<Record<string, (payload: Payload) => Reading>> = {
  "repo:refs_changed": readRefs,
  "pr:modified": readModified,
  "pr:comment:added": readComment,
  "pr:reviewer:updated": readReviewers,
  ...Object.fromEntries(
    Object.entries(ACTIONS).map(([event, action]) => [
      event,
      (payload) => readPullRequest(event, action, payload),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(REVIEWS).map(([event, state]) => [event, (payload) => readReview(event, state, payload)]),
  ),
};

/** In the manual, and unknown to servers. */
const NEVER_SENT = "pr:reviewer:changes_requested";

/** What a webhook is to send. One that a server does not know would have all of them refused. */
export const EVENTS: readonly string[] = Object.keys(READERS).filter((event) => event !== NEVER_SENT);

/**
 * Read a delivery of Bitbucket. The body says what happened, by `eventKey`, which is under the signature; the header
 * counts only where a body does not say it. One push can change several refs. Never throws.
 */
export function normalise({
  event: header,
  headers,
  body,
}: Pick<Delivery, "event" | "headers" | "body">): Reading {
  // Its body may be anything.
  if (header === PING) return ignored("ping: Bitbucket tries the webhook, and it works");
  const payload = readPayload(body, headers["content-type"]);
  if (!payload.ok) return unreadable(payload.problem);
  const { eventKey } = payload.value;
  const event = typeof eventKey === "string" ? eventKey : header;
  if (event === "")
    return unreadable("neither X-Event-Key nor eventKey is there, so nothing tells what happened");
  if (header !== "" && header !== event) {
    return unreadable(`the header X-Event-Key says "${header}", but the body is about "${event}"`);
  }
  const read = Object.hasOwn(READERS, event) ? READERS[event] : undefined;
  return read?.(payload.value) ?? ignored(`the event "${event}" is not one that Forgehand acts on`);
}

function readRefs(payload: Payload): Reading {
  return read("repo:refs_changed", RefsPayload, payload, ({ actor, repository, changes }) => {
    const about = { repo: repoOf(repository), actor: actorOf(actor) };
    const events = changes.map(({ ref, fromHash, toHash }) =>
      refEvent(about, { ref: ref.id, before: fromHash, after: toHash }),
    );
    const known = events.filter((event) => event !== undefined);
    return known.length > 0 ? told(...known) : ignored("the push changed neither a branch nor a tag");
  });
}

function readPullRequest(event: string, action: PullRequestAction, payload: Payload): Reading {
  return read(event, PullRequestPayload, payload, ({ actor, pullRequest: request, previousFromHash }) => {
    const pullRequest = pullRequestOf(request);
    const about = {
      kind: "pull_request",
      repo: repoOf(request.toRef.repository),
      actor: actorOf(actor),
    } as const;
    // Whom the opener asks for a review is not told once more.
    const asked = action === "opened" ? (request.reviewers ?? []) : [];
    const reviewers = asked.flatMap((one) => (one ? [actorOf(one.user)] : []));
    return told(
      {
        ...about,
        action,
        // One that was deleted is told of as it was before.
        pullRequest: event === "pr:deleted" ? { ...pullRequest, state: "closed" } : pullRequest,
        ...(previousFromHash ? { before: previousFromHash } : {}),
        ...(action === "updated" ? { after: request.fromRef.latestCommit } : {}),
      },
      ...reviewers.map((assignee) => ({ ...about, action: "assigned" as const, pullRequest, assignee })),
    );
  });
}

function readModified(payload: Payload): Reading {
  return read("pr:modified", ModifiedPayload, payload, (modified) => {
    const { actor, pullRequest } = modified;
    const about = {
      kind: "pull_request",
      repo: repoOf(pullRequest.toRef.repository),
      actor: actorOf(actor),
      pullRequest: pullRequestOf(pullRequest),
    } as const;
    const steps = editSteps(modified);
    if (steps.length === 0)
      return ignored("the edit of the pull request changed nothing that Forgehand reads");
    return told(...steps.map((action) => ({ ...about, action })));
  });
}

function readComment(payload: Payload): Reading {
  return read("pr:comment:added", CommentPayload, payload, ({ actor, pullRequest, comment }) =>
    told({
      kind: "comment",
      action: "created",
      repo: repoOf(pullRequest.toRef.repository),
      actor: actorOf(actor),
      comment: { id: String(comment.id), body: fromBitbucket(comment.text ?? "") },
      pullRequest: pullRequestOf(pullRequest),
    }),
  );
}
