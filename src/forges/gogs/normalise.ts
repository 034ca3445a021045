import type { Delivery, Reading } from "../../core/delivery.ts";
import type { ForgeEvent } from "../../core/event.ts";
import { readPayload } from "../shared/payload.ts";
import type { PayloadData } from "../shared/reading.ts";
import { actionOf, ignored, read, told, unreadable, unwanted } from "../shared/reading.ts";
import { moveOf, refKind } from "../shared/refs.ts";
import { ISSUE_ACTIONS, PULL_REQUEST_ACTIONS, stepsOf } from "./actions.ts";
import { CommentPayload, IssuesPayload, PullRequestPayload, PushPayload, RefPayload } from "./payloads.ts";
import { actorOf, bareRequestOf, isMerged, issueOf, pullRequestOf, repoOf } from "./translate.ts";

const READERS: Readonly<Record<string, (payload: PayloadData) => Reading>> = {
  issues: readIssues,
  pull_request: readPullRequest,
  issue_comment: readComment,
  push: readPush,
  create: readCreate,
  delete: readDelete,
};

/** Read a delivery of Gogs: `X-Gogs-Event` names the event, the member `action` what happened. Never throws. */
export function normalise({ event, headers, body }: Pick<Delivery, "event" | "headers" | "body">): Reading {
  if (event === "") return unreadable("the header X-Gogs-Event is missing, so nothing tells what happened");
  const payload = readPayload(body, headers["content-type"]);
  if (!payload.ok) return unreadable(payload.problem);
  const reader = Object.hasOwn(READERS, event) ? READERS[event] : undefined;
  return reader?.(payload.value) ?? ignored(`the event "${event}" is not one that Forgehand acts on`);
}

function readIssues(payload: PayloadData): Reading {
  if (payload.action === "unassigned") return ignored(UNNAMED);
  const action = actionOf(ISSUE_ACTIONS, payload);
  if (action === undefined) return unwanted("issues", payload);
  return read("issues", IssuesPayload, payload, ({ repository, sender, ...said }) => {
    const issue = issueOf(said.issue, repository.html_url);
    const about = { kind: "issue", repo: repoOf(repository), actor: actorOf(sender), issue } as const;
    const assignee = said.issue.assignee ? actorOf(said.issue.assignee) : undefined;
    return toldAll(stepsOf(action, issue.labels, assignee).map((step) => ({ ...about, ...step })));
  });
}

/** Gogs names no commit of a pull request: its head is asked for. */
function readPullRequest(payload: PayloadData): Reading {
  if (payload.action === "unassigned") return ignored(UNNAMED);
  const action = actionOf(PULL_REQUEST_ACTIONS, payload);
  if (action === undefined) return unwanted("pull_request", payload);
  return read("pull_request", PullRequestPayload, payload, ({ repository, sender, pull_request: said }) => {
    const pullRequest = pullRequestOf(said);
    const about = {
      kind: "pull_request",
      repo: repoOf(repository),
      actor: actorOf(sender),
      pullRequest,
    } as const;
    const happened = action === "closed" && isMerged(said) ? "merged" : action;
    const assignee = said.assignee ? actorOf(said.assignee) : undefined;
    return toldAll(stepsOf(happened, pullRequest.labels, assignee).map((step) => ({ ...about, ...step })));
  });
}

/** What happened; nothing is what was assigned to nobody. */
function toldAll(events: readonly ForgeEvent[]): Reading {
  return events.length > 0 ? told(...events) : ignored("who is to do it is not named");
}

/** Gogs has taken the person out of what it tells by then. */
const UNNAMED = "who it was taken from is not named";

function readComment(payload: PayloadData): Reading {
  if (payload.action !== "created") return unwanted("issue_comment", payload);
  return read("issue_comment", CommentPayload, payload, ({ repository, sender, issue, comment }) => {
    const { html_url: web } = repository;
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
      ...(issue.pull_request ? { pullRequest: bareRequestOf(issue, web) } : { issue: issueOf(issue, web) }),
    });
  });
}

/**
 * A push to a branch, never to a tag. One that moves nothing is how somebody tries the webhook. Who merged a pull request
 * is the sender; `pusher` then names the owner of its source.
 */
function readPush(payload: PayloadData): Reading {
  return read("push", PushPayload, payload, ({ repository, sender, ref, before, after }) => {
    if (before === after) return ignored("somebody tries the webhook, and it works");
    const kind = refKind(ref);
    if (kind === undefined) return ignored(`the ref "${ref}" is neither a branch nor a tag`);
    return told({
      kind,
      repo: repoOf(repository),
      actor: actorOf(sender),
      ref,
      ...moveOf(before, after),
    });
  });
}

/** A new branch comes with a push that names its commit. A tag, new or moved, comes as this alone, with its commit. */
function readCreate(payload: PayloadData): Reading {
  return readRef("create", payload, "created");
}

/** A deleted branch or tag comes as this alone. */
function readDelete(payload: PayloadData): Reading {
  return readRef("delete", payload, "deleted");
}

function readRef(event: string, payload: PayloadData, action: "created" | "deleted"): Reading {
  return read(event, RefPayload, payload, ({ repository, sender, ref, ref_type: type, sha }) => {
    if (type !== "branch" && type !== "tag") return ignored(`a ${type} was ${action}, which starts nothing`);
    const isSet = action === "created" && type === "tag" && sha;
    return told({
      kind: type === "branch" ? "push" : "tag",
      action,
      repo: repoOf(repository),
      actor: actorOf(sender),
      ref: type === "branch" ? `refs/heads/${ref}` : `refs/tags/${ref}`,
      ...(isSet ? { after: sha } : {}),
    });
  });
}
