import type { Commit } from "../stand-in/git.ts";
import { branchHead, commitsIn } from "../stand-in/git.ts";
import type { Account, Check, Comment, Repository, State, Thread } from "../stand-in/state.ts";
import { labelId, threadUrl, titleOf, webUrl } from "./shapes.ts";

/** The shapes in which GitLab's webhooks tell of things. They are not those of its API: ids stand for accounts, and labels are objects. */
export function hookUser({ id, login }: Account) {
  return { id, name: login, username: login, avatar_url: null, email: "[REDACTED]" };
}

export function hookProject(state: State, repository: Repository) {
  const { id, fullName, defaultBranch } = repository;
  const [name = "", ...groups] = fullName.split("/").reverse();
  const url = webUrl(state, repository);
  const ssh = `git@${new URL(state.url).hostname}:${fullName}.git`;
  return {
    id,
    name,
    description: null,
    web_url: url,
    avatar_url: null,
    git_ssh_url: ssh,
    git_http_url: `${url}.git`,
    namespace: groups.reverse().join(" / "),
    visibility_level: 20,
    path_with_namespace: fullName,
    default_branch: defaultBranch,
    ci_config_path: null,
    homepage: url,
    url: ssh,
    ssh_url: ssh,
    http_url: `${url}.git`,
  };
}

/** The thin copy of the project that old receivers read. */
export function hookRepository(state: State, repository: Repository) {
  const { name, url, description, homepage } = hookProject(state, repository);
  return { name, url, description, homepage };
}

export function hookLabels({ repository, createdAt }: Thread, names: readonly string[]) {
  return names.map((title) => ({
    id: labelId(repository, title),
    title,
    color: "#428BCA",
    project_id: repository.id,
    created_at: createdAt,
    updated_at: createdAt,
    template: false,
    description: null,
    type: "ProjectLabel",
    group_id: null,
  }));
}

/** What issues and merge requests have in common. */
function hookThread(state: State, thread: Thread) {
  const { id, number, body, author, createdAt, updatedAt, labels, assignees } = thread;
  return {
    id,
    iid: number,
    title: titleOf(thread),
    description: body,
    author_id: author.id,
    assignee_id: assignees[0]?.id ?? null,
    assignee_ids: assignees.map(({ id: assignee }) => assignee),
    milestone_id: null,
    created_at: createdAt,
    updated_at: updatedAt,
    state: thread.state === "open" ? "opened" : "closed",
    url: threadUrl(state, thread),
    labels: hookLabels(thread, labels),
  };
}

export function hookIssue(state: State, thread: Thread) {
  const kind = { type: "Issue", confidential: false, severity: "unknown" };
  return { ...hookThread(state, thread), project_id: thread.repository.id, ...kind };
}

/** A merge request. `head`: the commit that it is told at, as its branch has it now where nothing is said. */
export async function hookMergeRequest(state: State, thread: Thread, head?: string) {
  const { pull, repository } = thread;
  if (pull === undefined) throw new TypeError(`${threadUrl(state, thread)} is no merge request`);
  const from = pull.head.repository;
  const sha = head ?? (await branchHead(state.root, from, pull.head.branch));
  const [last] = sha === undefined ? [] : await commitsIn(state.root, from, sha, 1);
  return {
    ...hookThread(state, thread),
    source_branch: pull.head.branch,
    source_project_id: from.id,
    target_branch: pull.base,
    target_project_id: repository.id,
    source: hookProject(state, from),
    target: hookProject(state, repository),
    draft: pull.draft,
    work_in_progress: pull.draft,
    merge_status: "unchecked",
    detailed_merge_status: "checking",
    merge_commit_sha: null,
    last_commit: last === undefined ? null : hookCommit(state, from, last),
  };
}

export function hookNote(state: State, thread: Thread, { id, author, bodies, createdAt }: Comment) {
  return {
    id,
    note: bodies.at(-1) ?? "",
    noteable_type: thread.pull === undefined ? "Issue" : "MergeRequest",
    noteable_id: thread.id,
    author_id: author.id,
    project_id: thread.repository.id,
    created_at: createdAt,
    updated_at: createdAt,
    system: false,
    internal: false,
    action: "create",
    url: `${threadUrl(state, thread)}#note_${id}`,
  };
}

/** Somebody who reviews, with how far they are. */
export function hookReviewer(account: Account, state: string) {
  return { ...hookUser(account), state, re_requested: false };
}

/** A pipeline of one job that ended. One that could not begin has none. */
export function hookPipeline(state: State, repository: Repository, check: Check) {
  const { id, sha, name, createdAt } = check;
  const status = PIPELINE_STATES[check.state];
  const job = { id: id + 1, stage: "test", name, status, when: "on_success", allow_failure: false };
  return {
    object_attributes: {
      id,
      iid: 1,
      ref: repository.defaultBranch,
      tag: false,
      sha,
      source: "push",
      status,
      detailed_status: status,
      stages: ["test"],
      created_at: createdAt,
      finished_at: createdAt,
      url: webUrl(state, repository, `pipelines/${id}`),
    },
    merge_request: null,
    builds: check.state === "error" ? [] : [job],
  };
}

const PIPELINE_STATES: Readonly<Record<Check["state"], string>> = {
  success: "success",
  failure: "failed",
  error: "failed",
  cancelled: "canceled",
};

export function hookCommit(state: State, repository: Repository, commit: Commit) {
  const { sha, subject, date, author, email } = commit;
  return {
    id: sha,
    message: `${subject}\n`,
    title: subject,
    timestamp: date,
    url: webUrl(state, repository, `commit/${sha}`),
    author: { name: author, email },
  };
}
