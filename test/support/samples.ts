import type { Allow, Automation, Filter } from "../../src/core/automation.ts";
import { EVERYTHING } from "../../src/core/automation.ts";
import type {
  CheckEvent,
  CheckState,
  CommentEvent,
  Issue,
  IssueEvent,
  ManualEvent,
  PullRequest,
  PullRequestEvent,
  PushEvent,
  ReviewEvent,
  ReviewState,
  ScheduleEvent,
  Thread,
} from "../../src/core/event.ts";
import { OPERATOR } from "../../src/core/event.ts";
import type { NewRun, Run } from "../../src/core/run.ts";

/** Small complete values for tests; each test says only what matters to it. */
export const repo = { id: "42", fullName: "octo/hello", defaultBranch: "main" };
export const alice = { id: "1", login: "alice" };
export const bot = { id: "99", login: "forgehand" };
/** The issue and the pull request that the samples are about. */
export const ISSUE: Thread = { kind: "issue", number: 7 };
export const PULL_REQUEST: Thread = { kind: "pull_request", number: 8 };
/** A pull request that has the number of the issue: forges that count them apart have both. */
export const SAME_NUMBER: Thread = { kind: "pull_request", number: ISSUE.number };
export const SHA = "a".repeat(40);
export const OTHER_SHA = "b".repeat(40);

/** Whoever has a permission, and nobody else. */
export function allow(permission: Allow["permission"], lists: Partial<Allow> = {}): Allow {
  return { users: [], teams: [], bots: [], ...(permission && { permission }), ...lists };
}

/** A filter that only these pass. */
export const only = (...include: readonly string[]): Filter => ({ include, exclude: [] });

/** A filter that all but these pass. */
export const but = (...exclude: readonly string[]): Filter => ({ include: [], exclude });

export function automation(change: Partial<Automation> = {}): Automation {
  return {
    name: "coding-agent",
    on: { label: "coding agent" },
    filters: {},
    repositories: EVERYTHING,
    forges: EVERYTHING,
    run: "true",
    agents: [],
    compare: [],
    tags: [],
    workspace: "clone",
    publish: false,
    allow: allow("write"),
    forks: "ignore",
    draft: true,
    confidential: false,
    timeout: 60_000,
    restart: false,
    concurrency: "newest",
    slots: {},
    attempts: 1,
    sandbox: "none",
    limits: {},
    environment: {},
    secrets: {},
    followUp: { comments: true, reviews: true, checks: true, depth: 3 },
    proposal: { draft: false, reviewers: [], labels: [] },
    commits: { signOff: false },
    context: `forgehand/${change.name ?? "coding-agent"}`,
    comment: true,
    ...change,
  };
}

/** An automation whose work an agent does. */
export function agentAutomation(change: Partial<Automation> = {}): Automation {
  return automation({ run: "", agents: [{ name: "codex", key: "", args: [] }], ...change });
}

export function issue(change: Partial<Issue> = {}): Issue {
  return { number: 7, title: "Fix it", body: "Please.", state: "open", labels: ["coding agent"], ...change };
}

export function pullRequest(change: Partial<PullRequest> = {}): PullRequest {
  return {
    number: 8,
    title: "A change",
    body: "",
    state: "open",
    labels: [],
    source: { branch: "change", repo: repo.fullName },
    target: { branch: "main" },
    headSha: SHA,
    fork: false,
    draft: false,
    ...change,
  };
}

export function issueEvent(change: Partial<IssueEvent> = {}): IssueEvent {
  return {
    kind: "issue",
    action: "labeled",
    repo,
    actor: alice,
    issue: issue(),
    label: "coding agent",
    ...change,
  };
}

export function pullRequestEvent(change: Partial<PullRequestEvent> = {}): PullRequestEvent {
  return {
    kind: "pull_request",
    action: "opened",
    repo,
    actor: alice,
    pullRequest: pullRequest(),
    ...change,
  };
}

export function pushEvent(change: Partial<PushEvent> = {}): PushEvent {
  return {
    kind: "push",
    action: "updated",
    repo,
    actor: alice,
    ref: "refs/heads/main",
    after: SHA,
    ...change,
  };
}

export function commentEvent(body: string, change: Partial<CommentEvent> = {}): CommentEvent {
  return {
    kind: "comment",
    action: "created",
    repo,
    actor: alice,
    comment: { id: "500", body },
    issue: issue({ labels: [] }),
    ...change,
  };
}

export function reviewEvent(state: ReviewState, change: Partial<ReviewEvent> = {}): ReviewEvent {
  return {
    kind: "review",
    action: "submitted",
    repo,
    actor: alice,
    review: { id: "700", state, body: "" },
    pullRequest: pullRequest(),
    ...change,
  };
}

export function checkEvent(name: string, state: CheckState, change: Partial<CheckEvent> = {}): CheckEvent {
  return {
    kind: "check",
    action: "completed",
    repo,
    actor: alice,
    check: { name, state, sha: SHA },
    branch: "main",
    ...change,
  };
}

export function scheduleEvent(automation: string, change: Partial<ScheduleEvent> = {}): ScheduleEvent {
  const at = "2026-11-30T06:00:00.000Z";
  return { kind: "schedule", action: "due", repo, actor: OPERATOR, automation, at, ...change };
}

export function manualEvent(automation: string, change: Partial<ManualEvent> = {}): ManualEvent {
  return { kind: "manual", action: "started", repo, actor: OPERATOR, automation, id: "m1", ...change };
}

export function newRun(change: Partial<NewRun> = {}): NewRun {
  return {
    key: "key-1",
    automation: "coding-agent",
    forge: "github",
    delivery: "1",
    event: issueEvent(),
    repo,
    actor: alice,
    thread: ISSUE,
    publishes: true,
    context: "forgehand/coding-agent",
    label: "coding agent",
    comments: true,
    depth: 0,
    ...change,
  };
}

export function run(change: Partial<Run> = {}): Run {
  const { id = 1, ...rest } = change;
  return {
    ...newRun(rest),
    id,
    state: "queued",
    reason: "",
    attempts: 0,
    createdAt: new Date(0),
    ...rest,
  };
}
