import type { Commit } from "../stand-in/git.ts";
import { branchHead, mergeBase } from "../stand-in/git.ts";
import type { Account, Comment, LabelEvent, Repository, State, Status, Thread } from "../stand-in/state.ts";
import { labelId } from "./state.ts";

/** A draft is a title that begins so; there is nothing else that makes one. */
export const DRAFT = /^\s*(?:wip:|\[wip\])/i;

/** The shapes in which the API and the webhooks tell of things, which are the same here: what anybody reads. */
export function userShape({ url }: State, { id, login }: Account) {
  return {
    id,
    login,
    login_name: "",
    full_name: "",
    email: `${login.toLowerCase()}@noreply.git.example`,
    avatar_url: `${url}/avatars/${id}`,
    html_url: `${url}/${login}`,
    username: login,
  };
}

export function webUrl({ url }: State, { fullName }: Repository, rest = ""): string {
  return `${url}/${fullName}${rest === "" ? "" : `/${rest}`}`;
}

export function threadUrl(state: State, { repository, number, pull }: Thread): string {
  return webUrl(state, repository, `${pull === undefined ? "issues" : "pulls"}/${number}`);
}

export function repositoryShape(state: State, repository: Repository) {
  const { id, fullName, defaultBranch } = repository;
  const [login = "", name = ""] = fullName.split("/");
  const owner = state.accounts.find((account) => account.login === login) ?? { id: 1, login };
  return {
    id,
    owner: userShape(state, owner),
    name,
    full_name: fullName,
    private: false,
    internal: false,
    fork: false,
    empty: false,
    archived: false,
    html_url: webUrl(state, repository),
    url: `${state.url}/api/v1/repos/${fullName}`,
    clone_url: `${webUrl(state, repository)}.git`,
    default_branch: defaultBranch,
    permissions: { admin: false, push: false, pull: true },
    object_format_name: "sha1",
  };
}

export function labelShape(repository: Repository, name: string) {
  const id = labelId(repository, name);
  return { id, name, exclusive: false, is_archived: false, color: "ededed", description: "" };
}

function threadShape(state: State, thread: Thread) {
  const { id, number, body, author, createdAt, updatedAt, labels, repository, comments, assignees } = thread;
  return {
    id,
    number,
    user: userShape(state, author),
    title: titleOf(thread),
    body,
    labels: labels.map((label) => labelShape(repository, label)),
    milestone: null,
    assignees: assignees.length === 0 ? null : assignees.map((account) => userShape(state, account)),
    state: thread.state,
    is_locked: false,
    comments: comments.length,
    html_url: threadUrl(state, thread),
    created_at: inSeconds(createdAt),
    updated_at: inSeconds(updatedAt),
    closed_at: null,
  };
}

/** A time as servers keep it. */
const inSeconds = (time: string): string => time.replace(/\.\d+/, "");

/** The title as it is kept: a draft has its mark. */
function titleOf({ title, pull }: Thread): string {
  return pull?.draft && !DRAFT.test(title) ? `WIP: ${title}` : title;
}

export function issueShape(state: State, thread: Thread) {
  return {
    ...threadShape(state, thread),
    url: `${state.url}/api/v1/repos/${thread.repository.fullName}/issues/${thread.number}`,
    pull_request: thread.pull === undefined ? null : { merged: false, merged_at: null },
  };
}

/** A pull request with its head as the repository has it now. Its `url` is a page, too. */
export async function pullShape(state: State, thread: Thread) {
  const { pull, repository } = thread;
  if (pull === undefined) throw new TypeError(`${threadUrl(state, thread)} is no pull request`);
  const side = async (of: Repository, branch: string) => ({
    label: of === repository ? branch : `${of.fullName.split("/")[0] ?? ""}:${branch}`,
    ref: branch,
    sha: (await branchHead(state.root, of, branch)) ?? "",
    repo_id: of.id,
    repo: repositoryShape(state, of),
  });
  const head = await side(pull.head.repository, pull.head.branch);
  return {
    ...threadShape(state, thread),
    url: threadUrl(state, thread),
    draft: pull.draft,
    mergeable: true,
    merged: false,
    merged_at: null,
    merge_commit_sha: null,
    base: await side(repository, pull.base),
    head,
    merge_base: (await mergeBase(state.root, repository, pull.base, head.sha)) ?? "",
  };
}

export function commentShape(state: State, thread: Thread, comment: Comment) {
  const { id, author, bodies, createdAt, editedAt } = comment;
  return {
    id,
    html_url: `${threadUrl(state, thread)}#issuecomment-${id}`,
    user: userShape(state, author),
    body: bodies.at(-1) ?? "",
    assets: [],
    created_at: createdAt,
    updated_at: editedAt ?? createdAt,
  };
}

/** An entry of the timeline: the body says whether the label was set or came off. */
export function labelEntryShape(state: State, { repository }: Thread, entry: LabelEvent) {
  return {
    id: entry.id,
    type: "label",
    user: userShape(state, entry.actor),
    body: entry.event === "labeled" ? "1" : "",
    label: labelShape(repository, entry.label),
    created_at: entry.createdAt,
    updated_at: entry.createdAt,
  };
}

/** A status. What is `state` in a request is `status` in an answer. */
export function statusShape(state: State, repository: Repository, status: Status) {
  return {
    id: status.id,
    status: status.state,
    target_url: status.targetUrl ?? "",
    description: status.description ?? "",
    url: `${state.url}/api/v1/repos/${repository.fullName}/statuses/${status.sha}`,
    context: status.context,
    creator: userShape(state, status.creator),
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

export function commitShape(state: State, repository: Repository, commit: Commit) {
  const { sha, subject, author, email, date } = commit;
  const person = { name: author, email, username: "" };
  return {
    id: sha,
    message: `${subject}\n`,
    url: webUrl(state, repository, `commit/${sha}`),
    author: person,
    committer: person,
    timestamp: date,
  };
}
