import type { Commit } from "../stand-in/git.ts";
import { branchHead, mergeBase } from "../stand-in/git.ts";
import type { Account, Comment, LabelEvent, Repository, State, Status, Thread } from "../stand-in/state.ts";
import type { Job, Pipeline } from "./state.ts";
import { rowOf } from "./state.ts";

/** GitLab marks a draft by the beginning of its title. */
export const DRAFT = /^\s*(?:\[draft\]|\(draft\)|draft:)/i;

/** The shapes in which GitLab's API tells of things: the members that anybody reads. */
export function userShape({ url }: State, { id, login, bot = false }: Account) {
  return {
    id,
    username: login,
    name: login,
    state: "active",
    locked: false,
    bot,
    avatar_url: null,
    web_url: `${url}/${login}`,
  };
}

/** Where a person reads a project, and what lies under it. */
export function webUrl({ url }: State, { fullName }: Repository, rest = ""): string {
  return `${url}/${fullName}${rest === "" ? "" : `/-/${rest}`}`;
}

export function threadUrl(state: State, thread: Thread): string {
  return webUrl(state, thread.repository, `${rowOf(thread)}/${thread.number}`);
}

export function projectShape(state: State, repository: Repository) {
  const { id, fullName, defaultBranch } = repository;
  const [name = ""] = fullName.split("/").slice(-1);
  return {
    id,
    name,
    path: name,
    path_with_namespace: fullName,
    description: null,
    default_branch: defaultBranch,
    visibility: "public",
    archived: false,
    web_url: webUrl(state, repository),
    http_url_to_repo: `${webUrl(state, repository)}.git`,
    only_allow_merge_if_pipeline_succeeds: repository.requiredChecks.size > 0,
  };
}

/** What issues and merge requests have in common. */
function threadShape(state: State, thread: Thread) {
  const { id, number, repository, title, body, author, createdAt, updatedAt, labels, comments } = thread;
  return {
    id,
    iid: number,
    project_id: repository.id,
    title,
    description: body,
    state: thread.state === "open" ? "opened" : "closed",
    created_at: createdAt,
    updated_at: updatedAt,
    closed_at: null,
    labels: [...labels],
    author: userShape(state, author),
    assignees: thread.assignees.map((account) => userShape(state, account)),
    user_notes_count: comments.length,
    web_url: threadUrl(state, thread),
  };
}

export function issueShape(state: State, thread: Thread) {
  return { ...threadShape(state, thread), type: "ISSUE", issue_type: "issue", confidential: false };
}

/** The title as GitLab shows it: a draft has its mark. */
export function titleOf({ title, pull }: Thread): string {
  return pull?.draft && !DRAFT.test(title) ? `Draft: ${title}` : title;
}

/** A merge request with its head as the repository has it now. */
export async function mergeRequestShape(state: State, thread: Thread) {
  const { pull, repository } = thread;
  if (pull === undefined) throw new TypeError(`${threadUrl(state, thread)} is no merge request`);
  const { root } = state;
  const head = (await branchHead(root, pull.head.repository, pull.head.branch)) ?? null;
  const base = head && ((await mergeBase(root, repository, pull.base, head)) ?? null);
  return {
    ...threadShape(state, thread),
    title: titleOf(thread),
    draft: pull.draft,
    work_in_progress: pull.draft,
    source_branch: pull.head.branch,
    source_project_id: pull.head.repository.id,
    target_branch: pull.base,
    target_project_id: repository.id,
    reviewers: thread.reviewers.map((account) => userShape(state, account)),
    sha: head,
    diff_refs: { base_sha: base, head_sha: head, start_sha: base },
    merge_commit_sha: null,
    has_conflicts: false,
    merge_status: "can_be_merged",
    detailed_merge_status: "mergeable",
    merged_at: null,
  };
}

export function shapeOf(state: State, thread: Thread) {
  return thread.pull === undefined ? issueShape(state, thread) : mergeRequestShape(state, thread);
}

export function noteShape(state: State, thread: Thread, comment: Comment) {
  const { id, author, bodies, createdAt, editedAt, internal = false } = comment;
  return {
    id,
    type: null,
    body: bodies.at(-1) ?? "",
    author: userShape(state, author),
    created_at: createdAt,
    updated_at: editedAt ?? createdAt,
    system: false,
    internal,
    confidential: internal,
    noteable_id: thread.id,
    noteable_type: thread.pull === undefined ? "Issue" : "MergeRequest",
    noteable_iid: thread.number,
    project_id: thread.repository.id,
  };
}

export function labelEventShape(
  state: State,
  thread: Thread,
  { id, event, label, actor, createdAt }: LabelEvent,
) {
  return {
    id,
    user: userShape(state, actor),
    created_at: createdAt,
    resource_type: thread.pull === undefined ? "Issue" : "MergeRequest",
    resource_id: thread.id,
    label: { id: labelId(thread.repository, label), name: label, color: "#428BCA", description: null },
    action: event === "labeled" ? "add" : "remove",
  };
}

export function labelId({ labels }: Repository, name: string): number {
  return [...labels.keys()].indexOf(name.toLowerCase()) + 1;
}

export function pipelineShape(state: State, repository: Repository, { id, sha, ref, source }: Pipeline) {
  return {
    id,
    project_id: repository.id,
    sha,
    ref,
    source,
    web_url: webUrl(state, repository, `pipelines/${id}`),
  };
}

export function commitShape(
  state: State,
  repository: Repository,
  commit: Commit,
  last: Pipeline | undefined,
) {
  const { sha, subject, author, email, date } = commit;
  return {
    id: sha,
    short_id: sha.slice(0, 8),
    title: subject,
    message: `${subject}\n`,
    author_name: author,
    author_email: email,
    created_at: date,
    committed_date: date,
    web_url: webUrl(state, repository, `commit/${sha}`),
    last_pipeline: last === undefined ? null : pipelineShape(state, repository, last),
  };
}

export function branchShape(
  state: State,
  repository: Repository,
  { name, sha }: { readonly name: string; readonly sha: string },
) {
  return {
    name,
    commit: { id: sha, short_id: sha.slice(0, 8) },
    default: name === repository.defaultBranch,
    protected: name === repository.defaultBranch,
    merged: false,
    web_url: webUrl(state, repository, `tree/${name}`),
  };
}

export function statusShape(state: State, { pipeline, ref }: Pick<Job, "pipeline" | "ref">, status: Status) {
  return {
    id: status.id,
    sha: status.sha,
    ref,
    pipeline_id: pipeline.id,
    status: status.state,
    name: status.context,
    description: status.description,
    target_url: status.targetUrl,
    allow_failure: false,
    author: userShape(state, status.creator),
    created_at: status.createdAt,
  };
}
