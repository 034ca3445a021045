import type { Account, Comment, Repository, Thread } from "../stand-in/state.ts";
import type { GogsState } from "./state.ts";
import { labelNames, ownerOf } from "./state.ts";

/** The shapes in which Gogs' API and its webhooks tell of things. */
export function accountShape({ url }: GogsState, { id, login }: Account) {
  return {
    id,
    username: login,
    login,
    full_name: "",
    email: `${login}@gogs.invalid`,
    avatar_url: `${url}/avatars/${id}`,
  };
}

export function repositoryShape(state: GogsState, repository: Repository) {
  const { id, fullName, defaultBranch } = repository;
  return {
    id,
    owner: accountShape(state, ownerOf(state, repository)),
    name: fullName.split("/")[1] ?? "",
    full_name: fullName,
    description: "",
    private: false,
    fork: false,
    parent: null,
    empty: false,
    mirror: false,
    size: 24_576,
    html_url: `${state.url}/${fullName}`,
    ssh_url: `git@gogs.invalid:${fullName}.git`,
    clone_url: `${state.url}/${fullName}.git`,
    website: "",
    stars_count: 0,
    forks_count: 0,
    watchers_count: 1,
    open_issues_count: 1,
    default_branch: defaultBranch,
  };
}

/** The address of a label is left empty, as Gogs does. */
export function labelShape(repository: Repository, name: string) {
  return { id: labelNames(repository).indexOf(name) + 1, name, color: "ededed", url: "" };
}

function threadShape(
  state: GogsState,
  { id, number, title, body, author, labels, comments, ...thread }: Thread,
) {
  return {
    id,
    number,
    user: accountShape(state, author),
    title,
    body,
    labels: labels.map((name) => labelShape(thread.repository, name)),
    milestone: null,
    assignee: assigneeShape(state, thread.assignees),
    state: thread.state,
    comments: comments.length,
  };
}

/** One person alone: a new one takes the place of the one before. */
function assigneeShape(state: GogsState, assignees: readonly Account[]) {
  const last = assignees.at(-1);
  return last === undefined ? null : accountShape(state, last);
}

/** A time as Gogs keeps it. */
const inSeconds = (time: string): string => time.replace(/\.\d+/, "");

/** An issue, or a pull request as one: only that it is one and whether it was merged is told then. */
export function issueShape(state: GogsState, thread: Thread) {
  return {
    ...threadShape(state, thread),
    created_at: inSeconds(thread.createdAt),
    updated_at: inSeconds(thread.updatedAt),
    pull_request: thread.pull === undefined ? null : { merged: false, merged_at: null },
  };
}

/** A pull request, which names no commit. The API has none; webhooks do. */
export function pullShape(state: GogsState, thread: Thread) {
  const { pull, repository, number } = thread;
  if (pull === undefined) throw new TypeError(`${repository.fullName}#${number} is no pull request`);
  return {
    ...threadShape(state, thread),
    head_branch: pull.head.branch,
    head_repo: repositoryShape(state, pull.head.repository),
    base_branch: pull.base,
    base_repo: repositoryShape(state, repository),
    html_url: `${state.url}/${repository.fullName}/pulls/${number}`,
    mergeable: true,
    merged: false,
    merged_at: null,
    merge_commit_sha: null,
    merged_by: null,
  };
}

export function commentShape(state: GogsState, { repository, number, pull }: Thread, comment: Comment) {
  const { id, author, bodies, createdAt, editedAt } = comment;
  const row = pull === undefined ? "issues" : "pulls";
  return {
    id,
    html_url: `${state.url}/${repository.fullName}/${row}/${number}#issuecomment-${id}`,
    user: accountShape(state, author),
    body: bodies.at(-1) ?? "",
    created_at: createdAt,
    updated_at: editedAt ?? createdAt,
  };
}
