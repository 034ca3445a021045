import type { Delivery, Reading } from "../../core/delivery.ts";
import type { RefAction } from "../../core/event.ts";
import { readPayload } from "../shared/payload.ts";
import type { Body } from "../shared/reading.ts";
import { ignored, readBody, told, unreadable } from "../shared/reading.ts";
import { ISSUE_ACTIONS, PULL_REQUEST_ACTIONS } from "./actions.ts";
import { CommentPayload, IssuesPayload, PullRequestPayload, PushPayload, RefPayload } from "./payloads.ts";
import { actorOf, commentedPullRequest, isMerged, issueOf, pullRequestOf, repoOf } from "./translate.ts";

const READERS: Readonly<Record<string, (payload: Body) => Reading>> = {
  issues: readIssues,
  pull_request: readPullRequest,
  issue_comment: readComment,
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
};

const ZEROS = /^0+$/;

/** Read a delivery of GitHub: `X-GitHub-Event` names the event, the member `action` what happened. Never throws. */
export function normalise({ event, headers, body }: Pick<Delivery, "event" | "headers" | "body">): Reading {
  if (event === "") return unreadable("the header X-GitHub-Event is missing, so nothing tells what happened");
  const payload = readPayload(body, headers["content-type"]);
  if (!payload.ok) return unreadable(payload.problem);
  const read = Object.hasOwn(READERS, event) ? READERS[event] : undefined;
  if (read === undefined) {
    const expected = Object.hasOwn(EXPECTED, event) ? EXPECTED[event] : undefined;
    return ignored(expected ?? `the event "${event}" is not one that Forgehand acts on`);
  }
  return read(payload.value);
}

function readIssues(payload: Body): Reading {
  const action = actionOf(ISSUE_ACTIONS, payload);
  if (action === undefined) return unwanted("issues", payload);
  return readBody("issues", IssuesPayload, payload, ({ repository, sender, issue, label }) =>
    told({
      ...(issue.pull_request
        ? { kind: "pull_request", pullRequest: commentedPullRequest(issue) }
        : { kind: "issue", issue: issueOf(issue) }),
      action,
      repo: repoOf(repository),
      actor: actorOf(sender),
      ...(label ? { label: label.name } : {}),
    }),
  );
}

function readPullRequest(payload: Body): Reading {
  const action = actionOf(PULL_REQUEST_ACTIONS, payload);
  if (action === undefined) return unwanted("pull_request", payload);
  return readBody("pull_request", PullRequestPayload, payload, (read) =>
    told({
      kind: "pull_request",
      action: action === "closed" && isMerged(read.pull_request) ? "merged" : action,
      repo: repoOf(read.repository),
      actor: actorOf(read.sender),
      pullRequest: pullRequestOf(read.pull_request),
      ...(read.label ? { label: read.label.name } : {}),
      ...(read.before ? { before: read.before } : {}),
      ...(read.after ? { after: read.after } : {}),
    }),
  );
}

function readComment(payload: Body): Reading {
  if (payload.action !== "created") return unwanted("issue_comment", payload);
  return readBody("issue_comment", CommentPayload, payload, ({ repository, sender, issue, comment }) =>
    told({
      kind: "comment",
      action: "created",
      repo: repoOf(repository),
      actor: actorOf(sender),
      comment: {
        id: String(comment.id),
        body: comment.body ?? "",
        ...(comment.html_url ? { url: comment.html_url } : {}),
      },
      ...(issue.pull_request ? { pullRequest: commentedPullRequest(issue) } : { issue: issueOf(issue) }),
    }),
  );
}

/** A push to a branch or tag. Forty zeros stand for "no commit": a new ref before, a deleted one after. */
function readPush(payload: Body): Reading {
  return readBody("push", PushPayload, payload, ({ repository, sender, ref, before, after }) => {
    const kind = kindOf(ref);
    if (kind === undefined) return ignored(`the ref "${ref}" is neither a branch nor a tag`);
    const created = ZEROS.test(before);
    const deleted = ZEROS.test(after);
    return told({
      kind,
      action: deleted ? "deleted" : created ? "created" : "updated",
      repo: repoOf(repository),
      actor: actorOf(sender),
      ref,
      ...(created ? {} : { before }),
      ...(deleted ? {} : { after }),
    });
  });
}

/** `create` and `delete` name the short ref and no commit; the push delivery of the same ref tells the commits. */
function readRef(event: string, action: RefAction, payload: Body): Reading {
  return readBody(event, RefPayload, payload, ({ repository, sender, ref, ref_type: type }) => {
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

function kindOf(ref: string): "push" | "tag" | undefined {
  if (ref.startsWith("refs/heads/")) return "push";
  return ref.startsWith("refs/tags/") ? "tag" : undefined;
}

function actionOf<Action extends string>(
  actions: Readonly<Record<string, Action>>,
  { action }: Body,
): Action | undefined {
  return typeof action === "string" && Object.hasOwn(actions, action) ? actions[action] : undefined;
}

function unwanted(event: string, { action }: Body): Reading {
  if (typeof action !== "string") return unreadable(`the body of "${event}" says no action`);
  return ignored(`the action "${action}" of ${event} starts nothing`);
}
