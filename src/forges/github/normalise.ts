import type { Delivery, Reading } from "../../core/delivery.ts";
import type { PullRequestAction, RefAction } from "../../core/event.ts";
import { readPayload } from "../shared/payload.ts";
import type { PayloadData } from "../shared/reading.ts";
import { actionOf, ignored, read, told, unreadable, unwanted } from "../shared/reading.ts";
import { refEvent } from "../shared/refs.ts";
import { ISSUE_ACTIONS, PULL_REQUEST_ACTIONS } from "./actions.ts";
import { readCheckRun, readStatus } from "./checks.ts";
import { CommentPayload, IssuesPayload, PullRequestPayload, PushPayload, RefPayload } from "./payloads.ts";
import { readReview, readReviewComment } from "./reviews.ts";
import {
  actorOf,
  commentedPullRequest,
  commentOf,
  isMerged,
  issueOf,
  pullRequestOf,
  repoOf,
} from "./translate.ts";

const READERS: Readonly<Record<string, (payload: PayloadData) => Reading>> = {
  issues: readIssues,
  pull_request: readPullRequest,
  issue_comment: readComment,
  pull_request_review: readReview,
  pull_request_review_comment: readReviewComment,
  check_run: readCheckRun,
  status: readStatus,
  push: readPush,
  create: (payload) => readRef("create", "created", payload),
  delete: (payload) => readRef("delete", "deleted", payload),
};

/** Events that we are sent without having asked for them, or while a webhook is set up. */
const EXPECTED: Readonly<Record<string, string>> = {
  ping: "ping: GitHub tries the webhook, and it works",
  meta: "the webhook was removed",
  installation: "the installation was changed",
  installation_repositories: "the installation was changed",
  installation_target: "the installation was changed",
  github_app_authorization: "the installation was changed",
  check_suite: "check_suite: each of its check runs tells by itself how it ended",
  workflow_run: "workflow_run: each of its jobs is a check run, which tells by itself how it ended",
  workflow_job: "workflow_job: the check run of the same job tells how it ended",
};

/** Read a delivery of GitHub: `X-GitHub-Event` names the event, the member `action` what happened. Never throws. */
export function normalise({ event, headers, body }: Pick<Delivery, "event" | "headers" | "body">): Reading {
  if (event === "") return unreadable("the header X-GitHub-Event is missing, so nothing tells what happened");
  const payload = readPayload(body, headers["content-type"]);
  if (!payload.ok) return unreadable(payload.problem);
  const reader = Object.hasOwn(READERS, event) ? READERS[event] : undefined;
  if (reader === undefined) {
    const expected = Object.hasOwn(EXPECTED, event) ? EXPECTED[event] : undefined;
    return ignored(expected ?? `the event "${event}" is not one that Forgehand acts on`);
  }
  return reader(payload.value);
}

function readIssues(payload: PayloadData): Reading {
  const action = actionOf(ISSUE_ACTIONS, payload);
  if (action === undefined) return unwanted("issues", payload);
  return read("issues", IssuesPayload, payload, ({ repository, sender, issue, label, assignee }) => {
    if (isForNobody(action, assignee)) return ignored(NOBODY_NAMED);
    return told({
      ...(issue.pull_request
        ? { kind: "pull_request", pullRequest: commentedPullRequest(issue) }
        : { kind: "issue", issue: issueOf(issue) }),
      action,
      repo: repoOf(repository),
      actor: actorOf(sender),
      ...(label ? { label: label.name } : {}),
      ...(assignee ? { assignee: actorOf(assignee) } : {}),
    });
  });
}

function readPullRequest(payload: PayloadData): Reading {
  const action = actionOf(PULL_REQUEST_ACTIONS, payload);
  if (action === undefined) return unwanted("pull_request", payload);
  return read("pull_request", PullRequestPayload, payload, (said) => {
    if (isForNobody(action, said.assignee)) return ignored(NOBODY_NAMED);
    return told({
      kind: "pull_request",
      action: action === "closed" && isMerged(said.pull_request) ? "merged" : action,
      repo: repoOf(said.repository),
      actor: actorOf(said.sender),
      pullRequest: pullRequestOf(said.pull_request),
      ...(said.label ? { label: said.label.name } : {}),
      ...(said.assignee ? { assignee: actorOf(said.assignee) } : {}),
      ...(said.before ? { before: said.before } : {}),
      ...(said.after ? { after: said.after } : {}),
    });
  });
}

/** Whether somebody was to do a thing, or no longer, whom nobody names: an account that was deleted since. */
function isForNobody(action: PullRequestAction, assignee: unknown): boolean {
  return (action === "assigned" || action === "unassigned") && !assignee;
}

const NOBODY_NAMED = "who is to do it, or no longer, is not named";

function readComment(payload: PayloadData): Reading {
  if (payload.action !== "created") return unwanted("issue_comment", payload);
  return read("issue_comment", CommentPayload, payload, ({ repository, sender, issue, comment }) =>
    told({
      kind: "comment",
      action: "created",
      repo: repoOf(repository),
      actor: actorOf(sender),
      comment: commentOf(comment),
      ...(issue.pull_request ? { pullRequest: commentedPullRequest(issue) } : { issue: issueOf(issue) }),
    }),
  );
}

/** A push to a branch or tag. */
function readPush(payload: PayloadData): Reading {
  return read("push", PushPayload, payload, ({ repository, sender, ref, before, after }) => {
    const about = { repo: repoOf(repository), actor: actorOf(sender) };
    const event = refEvent(about, { ref, before, after });
    return event ? told(event) : ignored(`the ref "${ref}" is neither a branch nor a tag`);
  });
}

/** `create` and `delete` name the short ref and no commit; the push delivery of the same ref tells the commits. */
function readRef(event: string, action: RefAction, payload: PayloadData): Reading {
  return read(event, RefPayload, payload, ({ repository, sender, ref, ref_type: type }) => {
    if (type !== "branch" && type !== "tag") return ignored(`a ${type} was ${action}, which starts nothing`);
    return told({
      kind: type === "branch" ? "push" : "tag",
      action,
      repo: repoOf(repository),
      actor: actorOf(sender),
      ref: type === "branch" ? `refs/heads/${ref}` : `refs/tags/${ref}`,
    });
  });
}
