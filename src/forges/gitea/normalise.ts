import type { Delivery, Reading } from "../../core/delivery.ts";
import type { RefAction } from "../../core/event.ts";
import { readPayload } from "../shared/payload.ts";
import type { PayloadData } from "../shared/reading.ts";
import { actionOf, ignored, read, told, unreadable, unwanted } from "../shared/reading.ts";
import { moveOf, refKind } from "../shared/refs.ts";
import { editSteps, ISSUE_ACTIONS, PULL_REQUEST_ACTIONS } from "./actions.ts";
import { CommentPayload, IssuesPayload, PullRequestPayload, PushPayload, RefPayload } from "./payloads.ts";
import { readReview } from "./reviews.ts";
import { readStatus } from "./checks.ts";
import {
  actorOf,
  commentedPullRequest,
  isMerged,
  issueOf,
  newestAssignee,
  pullRequestOf,
  repoOf,
} from "./translate.ts";

const READERS: Readonly<Record<string, (payload: PayloadData) => Reading>> = {
  issues: readIssues,
  pull_request: readPullRequest,
  issue_comment: readComment,
  push: readPush,
  create: (payload) => readRef("create", "created", payload),
  delete: (payload) => readRef("delete", "deleted", payload),
  pull_request_approved: readReview,
  pull_request_rejected: readReview,
  pull_request_comment: readReview,
  status: readStatus,
};

/** Events that a person might expect something of. */
const EXPECTED: Readonly<Record<string, string>> = {
  workflow_run: "workflow_run: each of its jobs sets a status, which tells how it ended",
  workflow_job: "workflow_job: the status that the job sets tells how it ended",
};

const UNNAMED = "who it was taken from is not named";
const NOBODY_NAMED = "who is to do it is not named";

/**
 * Read a delivery of Gitea or Forgejo. `X-Gitea-Event` (`X-Forgejo-Event`) names the group, the member `action` what
 * happened; `…-Event-Type`, which old servers do not send, says nothing beyond the two. Never throws.
 */
export function normalise({ event, headers, body }: Pick<Delivery, "event" | "headers" | "body">): Reading {
  if (event === "") return unreadable("the header X-Gitea-Event is missing, so nothing tells what happened");
  const payload = readPayload(body, headers["content-type"]);
  if (!payload.ok) return unreadable(payload.problem);
  const reader = Object.hasOwn(READERS, event) ? READERS[event] : undefined;
  if (reader !== undefined) return reader(payload.value);
  const expected = Object.hasOwn(EXPECTED, event) ? EXPECTED[event] : undefined;
  return ignored(expected ?? `the event "${event}" is not one that Forgehand acts on`);
}

function readIssues(payload: PayloadData): Reading {
  if (payload.action === "unassigned") return ignored(UNNAMED);
  const action = actionOf(ISSUE_ACTIONS, payload);
  if (action === undefined) return unwanted("issues", payload);
  return read("issues", IssuesPayload, payload, ({ repository, sender, issue }) => {
    const assignee = action === "assigned" ? newestAssignee(issue) : undefined;
    if (action === "assigned" && assignee === undefined) return ignored(NOBODY_NAMED);
    return told({
      ...(issue.pull_request
        ? { kind: "pull_request", pullRequest: commentedPullRequest(issue) }
        : { kind: "issue", issue: issueOf(issue) }),
      action,
      repo: repoOf(repository),
      actor: actorOf(sender),
      ...(assignee === undefined ? {} : { assignee }),
    });
  });
}

function readPullRequest(payload: PayloadData): Reading {
  if (payload.action === "unassigned") return ignored(UNNAMED);
  const action = actionOf(PULL_REQUEST_ACTIONS, payload);
  if (action === undefined) return unwanted("pull_request", payload);
  return read("pull_request", PullRequestPayload, payload, (said) => {
    const pullRequest = pullRequestOf(said.pull_request);
    const about = {
      kind: "pull_request",
      repo: repoOf(said.repository),
      actor: actorOf(said.sender),
      pullRequest,
    } as const;
    switch (action) {
      case "edited":
        return told(
          ...editSteps(pullRequest.title, pullRequest.draft === true, said.changes).map((step) => ({
            ...about,
            action: step,
          })),
        );
      case "updated":
        return told({
          ...about,
          action,
          after: said.pull_request.head.sha,
          ...(said.before ? { before: said.before } : {}),
          ...(said.after ? { after: said.after } : {}),
        });
      case "assigned": {
        const assignee = newestAssignee(said.pull_request);
        return assignee === undefined ? ignored(NOBODY_NAMED) : told({ ...about, action, assignee });
      }
      case "closed":
        return told({ ...about, action: isMerged(said.pull_request) ? "merged" : action });
      default:
        return told({ ...about, action });
    }
  });
}

/** A plain comment. Old servers (1.15) tell of reviews by this event too, as the action `reviewed`. */
function readComment(payload: PayloadData): Reading {
  if (payload.action === "reviewed") return readReview(payload);
  if (payload.action !== "created") return unwanted("issue_comment", payload);
  return read("issue_comment", CommentPayload, payload, ({ repository, sender, issue, comment, ...rest }) => {
    const onPullRequest = Boolean(issue.pull_request) || rest.is_pull === true;
    const pullRequest = rest.pull_request ? pullRequestOf(rest.pull_request) : commentedPullRequest(issue);
    return told({
      kind: "comment",
      action: "created",
      repo: repoOf(repository),
      actor: actorOf(sender),
      comment: {
        id: String(comment.id),
        body: comment.body ?? "",
        ...(comment.html_url ? { url: comment.html_url } : {}),
      },
      ...(onPullRequest ? { pullRequest } : { issue: issueOf(issue) }),
    });
  });
}

/** A push to a branch or tag. One that moves nothing is how somebody tries the webhook. */
function readPush(payload: PayloadData): Reading {
  return read("push", PushPayload, payload, ({ repository, sender, ref, before, after, head_commit }) => {
    if (before === after) return ignored("somebody tries the webhook, and it works");
    const kind = refKind(ref);
    if (kind === undefined) return ignored(`the ref "${ref}" is neither a branch nor a tag`);
    const move = moveOf(before, after);
    const commit = kind === "tag" && move.after !== undefined ? head_commit?.id : undefined;
    return told({
      kind,
      repo: repoOf(repository),
      actor: actorOf(sender),
      ref,
      ...move,
      ...(commit === undefined ? {} : { after: commit }),
    });
  });
}

/**
 * `create` and `delete` come beside the push that tells the commits, but for a deleted branch, of which there is no
 * push. Forgejo's own type of webhook names the full ref, all others the short one.
 */
function readRef(event: string, action: RefAction, payload: PayloadData): Reading {
  return read(event, RefPayload, payload, ({ repository, sender, ref, ref_type: type }) => {
    if (type !== "branch" && type !== "tag") return ignored(`a ${type} was ${action}, which starts nothing`);
    const prefix = type === "branch" ? "refs/heads/" : "refs/tags/";
    return told({
      kind: type === "branch" ? "push" : "tag",
      action,
      repo: repoOf(repository),
      actor: actorOf(sender),
      ref: ref.startsWith(prefix) ? ref : `${prefix}${ref}`,
    });
  });
}
