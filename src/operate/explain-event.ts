import type {
  CheckEvent,
  CheckState,
  ForgeEvent,
  Issue,
  PullRequest,
  ReviewEvent,
  ReviewState,
} from "../core/event.ts";

/** An event with the keys that `explain` promises, and no others. What the delivery did not tell is left out. */
export interface ExplainedEvent {
  readonly kind: ForgeEvent["kind"];
  readonly action: ForgeEvent["action"];
  readonly repo: { readonly id: string; readonly fullName: string };
  readonly actor: { readonly id: string; readonly login: string };
  readonly issue?: Pick<Issue, "number" | "title" | "state" | "labels">;
  readonly pullRequest?: Pick<
    PullRequest,
    "number" | "title" | "state" | "labels" | "source" | "target" | "headSha" | "fork" | "draft"
  >;
  readonly label?: string;
  readonly assignee?: { readonly id: string; readonly login: string };
  readonly ref?: string;
  readonly before?: string;
  readonly after?: string;
  readonly comment?: { readonly id: string; readonly body: string };
  readonly review?: { readonly id: string; readonly state: ReviewState; readonly body: string };
  readonly check?: { readonly name: string; readonly state: CheckState; readonly sha: string };
  readonly branch?: string;
  readonly automation?: string;
  readonly at?: string;
}

/** An event as `explain` shows it. */
export function explainedEvent(event: ForgeEvent): ExplainedEvent {
  const { kind, action, repo, actor } = event;
  return {
    kind,
    action,
    repo: { id: repo.id, fullName: repo.fullName },
    actor: { id: actor.id, login: actor.login },
    ...("issue" in event && event.issue !== undefined ? { issue: issueOf(event.issue) } : {}),
    ...("pullRequest" in event && event.pullRequest !== undefined
      ? { pullRequest: pullRequestOf(event.pullRequest) }
      : {}),
    ...("label" in event ? { label: event.label } : {}),
    ...("ref" in event ? { ref: event.ref } : {}),
    ...("before" in event ? { before: event.before } : {}),
    ...("after" in event ? { after: event.after } : {}),
    ...("assignee" in event && event.assignee !== undefined
      ? { assignee: { id: event.assignee.id, login: event.assignee.login } }
      : {}),
    ...("review" in event ? { review: reviewOf(event) } : {}),
    ...("check" in event ? { check: checkOf(event), branch: event.branch } : {}),
    ...("automation" in event ? { automation: event.automation } : {}),
    ...("at" in event ? { at: event.at } : {}),
    ...("comment" in event ? { comment: { id: event.comment.id, body: event.comment.body } } : {}),
  };
}

function reviewOf({ review: { id, state, body } }: ReviewEvent) {
  return { id, state, body };
}

function checkOf({ check: { name, state, sha } }: CheckEvent) {
  return { name, state, sha };
}

function issueOf({ number, title, state, labels }: Issue) {
  return { number, title, state, labels };
}

function pullRequestOf(pullRequest: PullRequest) {
  const { number, title, state, labels, source, target, headSha, fork, draft } = pullRequest;
  return {
    number,
    title,
    state,
    labels,
    source: source && { branch: source.branch, repo: source.repo },
    target: target && { branch: target.branch },
    headSha,
    fork,
    draft,
  };
}
