import { createHmac, randomUUID } from "node:crypto";

import type { Told, WebhookDelivery } from "../stand-in/delivery.ts";
import { commitsIn } from "../stand-in/git.ts";
import type { Happening, Thread } from "../stand-in/state.ts";
import {
  hookCommit,
  hookIssue,
  hookLabels,
  hookMergeRequest,
  hookNote,
  hookPipeline,
  hookProject,
  hookRepository,
  hookReviewer,
  hookUser,
} from "./hook-shapes.ts";
import type { GitLabState } from "./state.ts";

type Of<Kind extends Happening["kind"]> = Extract<Happening, { kind: Kind }>;
type Payload = Readonly<Record<string, unknown>>;

const ZEROS = /^0+$/;
/** Commits that a push lists at most. */
const MOST_COMMITS = 20;

/** How a webhook of GitLab was set up. */
export interface Hook {
  /** A signing token where it begins with `whsec_`, else a secret token. */
  readonly secret: string;
  /** Base of the server that sends. */
  readonly instance: string;
}

/**
 * Put the proof of a webhook on a delivery: the secret token as it is, or a signature by the signing token (Standard
 * Webhooks). The same `id` again is a redelivery.
 */
export function sign(
  { event, payload }: Told,
  hook: Hook,
  id: string = randomUUID(),
  at = new Date(),
): WebhookDelivery {
  const body = JSON.stringify(payload);
  const time = String(Math.floor(at.getTime() / 1_000));
  return {
    headers: {
      "content-type": "application/json",
      "user-agent": "GitLab/19.1.0",
      "idempotency-key": id,
      "x-gitlab-event": event,
      "x-gitlab-event-uuid": randomUUID(),
      "x-gitlab-webhook-uuid": randomUUID(),
      "x-gitlab-instance": hook.instance,
      "webhook-id": id,
      "webhook-timestamp": time,
      ...proof(hook.secret, `${id}.${time}.${body}`),
    },
    body,
  };
}

function proof(secret: string, message: string): Record<string, string> {
  if (!secret.startsWith("whsec_")) return { "x-gitlab-token": secret };
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  return { "webhook-signature": `v1,${createHmac("sha256", key).update(message).digest("base64")}` };
}

/** What GitLab tells webhooks of something that happened. */
export function toldOf(state: GitLabState, happening: Happening): Told | Promise<Told> {
  switch (happening.kind) {
    case "labels":
      return threadTold(state, happening, "update", { changes: labelChanges(happening) });
    case "opened":
      return threadTold(state, happening, "open", { changes: {} });
    case "edited": {
      const description = { previous: "", current: happening.thread.body };
      return threadTold(state, happening, "update", { changes: { description } });
    }
    case "updated":
      return threadTold(state, happening, "update", { changes: {} }, happening);
    case "commented":
      return noteTold(state, happening);
    case "assigned":
    case "unassigned":
      return threadTold(state, happening, "update", { changes: assigneeChanges(happening) });
    case "reviewed":
      return reviewTold(state, happening);
    case "checked": {
      const pipeline = hookPipeline(state, happening.repository, happening.check);
      const about = around(state, happening);
      return { event: "Pipeline Hook", payload: { object_kind: "pipeline", ...about, ...pipeline } };
    }
    case "pushed":
      return pushTold(state, happening);
  }
}

/** All labels before and after; which of them were added, a receiver has to find out. */
function labelChanges({ thread, added, removed }: Of<"labels">): Payload {
  const before = [...thread.labels.filter((label) => !added.includes(label)), ...removed];
  const current = [...before.filter((label) => !removed.includes(label)), ...added];
  return { labels: { previous: hookLabels(thread, before), current: hookLabels(thread, current) } };
}

/** All who have it before and after. */
function assigneeChanges({ thread, kind, assignee }: Of<"assigned" | "unassigned">): Payload {
  const others = thread.assignees.filter(({ id }) => id !== assignee.id);
  const withIt = [...others, assignee].map(hookUser);
  const without = others.map(hookUser);
  const [previous, current] = kind === "assigned" ? [without, withIt] : [withIt, without];
  return { assignees: { previous, current } };
}

/** An approval is an action; what else a review says is told by how far its reviewer is. */
function reviewTold(state: GitLabState, happening: Of<"reviewed">): Promise<Told> {
  const { actor, review } = happening;
  if (review.state === "approved") return threadTold(state, happening, "approved", { changes: {} });
  const now = review.state === "changes_requested" ? "requested_changes" : "reviewed";
  const previous = [hookReviewer(actor, "review_started")];
  const current = [hookReviewer(actor, now)];
  const changes = { reviewers: { previous, current } };
  return threadTold(state, happening, "update", { changes, reviewers: current });
}

async function threadTold(
  state: GitLabState,
  happening: Happening & { thread: Thread },
  action: string,
  more: Payload,
  push?: { before: string; after: string },
): Promise<Told> {
  const { thread } = happening;
  const about = around(state, happening);
  const labels = hookLabels(thread, thread.labels);
  const assignees = thread.assignees.map(hookUser);
  if (thread.pull === undefined) {
    const issue = { ...hookIssue(state, thread), action };
    const kind = { object_kind: "issue", event_type: "issue" };
    return {
      event: "Issue Hook",
      payload: { ...kind, ...about, object_attributes: issue, labels, assignees, ...more },
    };
  }
  const request = {
    ...(await hookMergeRequest(state, thread, push?.after)),
    action,
    ...(push === undefined ? {} : { oldrev: push.before }),
  };
  const kind = { object_kind: "merge_request", event_type: "merge_request" };
  const payload = { ...kind, ...about, object_attributes: request, labels, assignees, ...more };
  return { event: "Merge Request Hook", payload };
}

async function noteTold(state: GitLabState, happening: Of<"commented">): Promise<Told> {
  const { thread, comment, repository } = happening;
  const on =
    thread.pull === undefined
      ? { issue: hookIssue(state, thread) }
      : { merge_request: await hookMergeRequest(state, thread) };
  const payload = {
    object_kind: "note",
    event_type: "note",
    ...around(state, happening),
    project_id: repository.id,
    object_attributes: hookNote(state, thread, comment),
    ...on,
  };
  return { event: "Note Hook", payload };
}

async function pushTold(state: GitLabState, happening: Of<"pushed">): Promise<Told> {
  const { repository, actor, branch, before, after } = happening;
  const gone = ZEROS.test(after);
  const range = ZEROS.test(before) ? after : `${before}..${after}`;
  const commits = gone ? [] : await commitsIn(state.root, repository, range, MOST_COMMITS);
  const payload = {
    object_kind: "push",
    event_name: "push",
    before,
    after,
    ref: `refs/heads/${branch}`,
    ref_protected: branch === repository.defaultBranch,
    checkout_sha: gone ? null : after,
    user_id: actor.id,
    user_name: actor.login,
    user_username: actor.login,
    user_email: null,
    project_id: repository.id,
    project: hookProject(state, repository),
    repository: hookRepository(state, repository),
    commits: commits.map((commit) => hookCommit(state, repository, commit)).reverse(),
    total_commits_count: commits.length,
  };
  return { event: "Push Hook", payload };
}

/** The members that every payload about a thread has. */
function around(state: GitLabState, { repository, actor }: Happening): Payload {
  return {
    user: hookUser(actor),
    project: hookProject(state, repository),
    repository: hookRepository(state, repository),
  };
}
