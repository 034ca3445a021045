import type { Delivery, Reading } from "../../core/delivery.ts";
import type { RefAction } from "../../core/event.ts";
import { readPayload } from "../shared/payload.ts";
import type { PayloadData } from "../shared/reading.ts";
import { actionOf, ignored, read, told, unreadable, unwanted } from "../shared/reading.ts";
import { refEvent } from "../shared/refs.ts";
import { ISSUE_ACTIONS, PULL_REQUEST_ACTIONS } from "./actions.ts";
import { CommentPayload, IssuesPayload, PullRequestPayload, PushPayload, RefPayload } from "./payloads.ts";
import { actorOf, commentedPullRequest, isMerged, issueOf, pullRequestOf, repoOf } from "./translate.ts";

const READERS: Readonly<Record<string, (payload: PayloadData) => Reading>> = {
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
  return read("issues", IssuesPayload, payload, ({ repository, sender, issue, label }) =>
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

function readPullRequest(payload: PayloadData): Reading {
  const action = actionOf(PULL_REQUEST_ACTIONS, payload);
  if (action === undefined) return unwanted("pull_request", payload);
  return read("pull_request", PullRequestPayload, payload, (said) =>
    told({
      kind: "pull_request",
      action: action === "closed" && isMerged(said.pull_request) ? "merged" : action,
      repo: repoOf(said.repository),
      actor: actorOf(said.sender),
      pullRequest: pullRequestOf(said.pull_request),
      ...(said.label ? { label: said.label.name } : {}),
      ...(said.before ? { before: said.before } : {}),
      ...(said.after ? { after: said.after } : {}),
    }),
  );
}

function readComment(payload: PayloadData): Reading {
  if (payload.action !== "created") return unwanted("issue_comment", payload);
  return read("issue_comment", CommentPayload, payload, ({ repository, sender, issue, comment }) =>
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
