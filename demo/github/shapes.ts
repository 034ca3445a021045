import { branchHead } from "../stand-in/git.ts";
import type {
  Account,
  Check,
  Comment,
  LabelEvent,
  Repository,
  Review,
  State,
  Status,
  Team,
  Thread,
} from "../stand-in/state.ts";

/** The shapes in which GitHub's API and its webhooks tell of things: the members that anybody reads. */
export function accountShape({ url }: State, { id, login, bot = false }: Account) {
  return {
    login,
    id,
    node_id: nodeId("User", id),
    type: bot ? "Bot" : "User",
    site_admin: false,
    url: `${url}/users/${encodeURIComponent(login)}`,
    html_url: `${url}/${login}`,
  };
}

export function repositoryShape(state: State, { id, fullName, defaultBranch }: Repository) {
  const [login = "", name = ""] = fullName.split("/");
  const owner = state.accounts.find((account) => account.login === login) ?? { id: 1, login };
  return {
    id,
    node_id: nodeId("Repository", id),
    name,
    full_name: fullName,
    private: false,
    owner: accountShape(state, owner),
    html_url: `${state.url}/${fullName}`,
    url: `${state.url}/repos/${fullName}`,
    fork: false,
    default_branch: defaultBranch,
  };
}

export function labelShape({ url }: State, { fullName, labels }: Repository, name: string) {
  const id = [...labels.keys()].indexOf(name.toLowerCase()) + 1;
  return {
    id,
    node_id: nodeId("Label", id),
    url: `${url}/repos/${fullName}/labels/${encodeURIComponent(name)}`,
    name,
    color: "ededed",
    default: false,
    description: null,
  };
}

export function issueShape(state: State, repository: Repository, thread: Thread) {
  const url = `${state.url}/repos/${repository.fullName}/pulls/${thread.number}`;
  const pull = thread.pull === undefined ? {} : { pull_request: { url, merged_at: null } };
  return { ...threadShape(state, repository, thread), ...pull };
}

function threadShape(state: State, repository: Repository, thread: Thread) {
  const { id, number, title, body, author, labels, comments, createdAt, updatedAt, pull } = thread;
  const path = `${repository.fullName}/${pull === undefined ? "issues" : "pull"}/${number}`;
  return {
    id,
    node_id: nodeId("Issue", id),
    url: `${state.url}/repos/${repository.fullName}/issues/${number}`,
    repository_url: `${state.url}/repos/${repository.fullName}`,
    html_url: `${state.url}/${path}`,
    number,
    title,
    body,
    user: accountShape(state, author),
    labels: labels.map((label) => labelShape(state, repository, label)),
    state: thread.state,
    locked: false,
    comments: comments.length,
    created_at: createdAt,
    updated_at: toTheSecond(updatedAt),
    closed_at: null,
    assignee: thread.assignees[0] === undefined ? null : accountShape(state, thread.assignees[0]),
    assignees: thread.assignees.map((account) => accountShape(state, account)),
  };
}

/** A pull request with its head as the repository has it now. */
export async function pullShape(state: State, repository: Repository, thread: Thread) {
  const { pull } = thread;
  if (pull === undefined) throw new TypeError(`${repository.fullName}#${thread.number} is no pull request`);
  const side = async (of: Repository, branch: string) => ({
    label: `${of.fullName.split("/")[0] ?? ""}:${branch}`,
    ref: branch,
    sha: (await branchHead(state.root, of, branch)) ?? "0".repeat(40),
    repo: repositoryShape(state, of),
  });
  return {
    ...threadShape(state, repository, thread),
    url: `${state.url}/repos/${repository.fullName}/pulls/${thread.number}`,
    head: await side(pull.head.repository, pull.head.branch),
    base: await side(repository, pull.base),
    draft: pull.draft,
    merged: false,
    merged_at: null,
    mergeable: null,
    maintainer_can_modify: false,
    requested_reviewers: thread.reviewers.map((account) => accountShape(state, account)),
  };
}

export function commentShape(
  state: State,
  { fullName }: Repository,
  { number }: Thread,
  { id, author, bodies, createdAt, editedAt }: Comment,
) {
  return {
    id,
    node_id: nodeId("IssueComment", id),
    url: `${state.url}/repos/${fullName}/issues/comments/${id}`,
    html_url: `${state.url}/${fullName}/issues/${number}#issuecomment-${id}`,
    issue_url: `${state.url}/repos/${fullName}/issues/${number}`,
    user: accountShape(state, author),
    body: bodies.at(-1) ?? "",
    created_at: createdAt,
    updated_at: editedAt ?? createdAt,
  };
}

export function reviewShape(
  state: State,
  { fullName }: Repository,
  { number }: Thread,
  { id, author, state: said, body, createdAt }: Review,
) {
  return {
    id,
    node_id: nodeId("PullRequestReview", id),
    user: accountShape(state, author),
    body,
    state: said,
    html_url: `${state.url}/${fullName}/pull/${number}#pullrequestreview-${id}`,
    submitted_at: createdAt,
  };
}

/** A check run that ended; what says neither yes nor no is a run that never started. */
export function checkRunShape(
  { url }: State,
  { fullName }: Repository,
  { id, sha, name, state, createdAt }: Check,
) {
  return {
    id,
    node_id: nodeId("CheckRun", id),
    head_sha: sha,
    name,
    status: "completed",
    conclusion: state === "error" ? "startup_failure" : state,
    html_url: `${url}/${fullName}/runs/${id}`,
    started_at: createdAt,
    completed_at: createdAt,
    pull_requests: [],
  };
}

export function teamShape({ url }: State, org: string, { id, name }: Team) {
  return { id, node_id: nodeId("Team", id), name, slug: name, url: `${url}/orgs/${org}/teams/${name}` };
}

export function labelEventShape(state: State, { id, event, label, actor, createdAt }: LabelEvent) {
  return {
    id,
    node_id: nodeId("LabeledEvent", id),
    event,
    actor: accountShape(state, actor),
    label: { name: label, color: "ededed" },
    commit_id: null,
    commit_url: null,
    created_at: createdAt,
  };
}

export function statusShape(state: State, { fullName }: Repository, status: Status) {
  const { id, sha, context, description, targetUrl, creator, createdAt } = status;
  return {
    id,
    node_id: nodeId("StatusContext", id),
    url: `${state.url}/repos/${fullName}/statuses/${sha}`,
    state: status.state,
    context,
    description,
    target_url: targetUrl,
    creator: accountShape(state, creator),
    created_at: createdAt,
    updated_at: createdAt,
  };
}

export function refShape(
  { url }: State,
  { fullName }: Repository,
  { name, sha }: { name: string; sha: string },
) {
  const at = `${url}/repos/${fullName}/git`;
  return {
    ref: `refs/heads/${name}`,
    node_id: Buffer.from(name).toString("base64url"),
    url: `${at}/refs/heads/${name}`,
    object: { type: "commit", sha, url: `${at}/commits/${sha}` },
  };
}

/** GitHub tells times to the second. */
function toTheSecond(time: string): string {
  return `${time.slice(0, "2019-05-15T15:20:18".length)}Z`;
}

function nodeId(type: string, id: number): string {
  return Buffer.from(`${type}${id}`).toString("base64url");
}
