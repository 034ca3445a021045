import { branchHead } from "../stand-in/git.ts";
import type { StandingHook } from "../stand-in/hooks.ts";
import type { CheckState } from "../../src/core/event.ts";
import type { Account, Check, Comment, Repository, State, Status, Thread } from "../stand-in/state.ts";
import type { BitbucketState } from "./state.ts";
import { partsOf, rowOf, uuidOf } from "./state.ts";

/** Digits of a commit's id that a pull request tells. */
const SHORT = 12;

/** The shapes in which Bitbucket tells of things, in its API and in its deliveries alike: the members that anybody reads. */
export function accountShape({ url }: State, account: Account) {
  const uuid = uuidOf(account);
  return {
    type: account.bot ? "app_user" : "user",
    uuid,
    account_id: `712020:${account.id}`,
    nickname: account.login,
    display_name: account.login,
    links: { html: { href: `${url}/${encodeURIComponent(uuid)}/` } },
  };
}

/** Where a person reads a repository, and what lies under it. */
export function webUrl({ url }: State, { fullName }: Repository, rest = ""): string {
  return `${url}/${fullName}${rest}`;
}

function threadUrl(state: State, thread: Thread): string {
  const row = rowOf(thread) === "issues" ? "issues" : "pull-requests";
  return webUrl(state, thread.repository, `/${row}/${thread.number}`);
}

/** A repository as deliveries and pull requests name it: without default branch and clone addresses. */
export function repositoryShape(state: State, repository: Repository) {
  const { workspace, slug } = partsOf(repository);
  return {
    type: "repository",
    // A display name: no address can be built of it.
    name: slug.replaceAll("-", " "),
    full_name: repository.fullName,
    uuid: uuidOf(repository),
    is_private: false,
    workspace: { type: "workspace", slug: workspace },
    links: { html: { href: webUrl(state, repository) } },
  };
}

export function issueShape(state: State, thread: Thread) {
  const { number, title, body, author, createdAt, updatedAt } = thread;
  return {
    type: "issue",
    id: number,
    title,
    content: textShape(body),
    reporter: accountShape(state, author),
    assignee: assigneeShape(state, thread.assignees.at(-1)),
    kind: "bug",
    priority: "major",
    state: thread.state === "open" ? "new" : "resolved",
    created_on: createdAt,
    updated_on: updatedAt,
    links: { html: { href: threadUrl(state, thread) } },
  };
}

/** Whose an issue is; null where it is nobody's. */
export function assigneeShape(state: State, account: Account | undefined) {
  return account === undefined ? null : accountShape(state, account);
}

/** A pull request, with its heads as the repositories have them now. */
export async function pullRequestShape(state: BitbucketState, thread: Thread) {
  const { pull, repository, number, title, body, author, createdAt } = thread;
  if (pull === undefined) throw new TypeError(`${threadUrl(state, thread)} is no pull request`);
  const side = async (from: Repository, branch: string) => ({
    branch: { name: branch },
    commit: { type: "commit", hash: ((await branchHead(state.root, from, branch)) ?? "").slice(0, SHORT) },
    repository: repositoryShape(state, from),
  });
  const source = await side(pull.head.repository, pull.head.branch);
  noteHead(state, thread, source.commit.hash);
  return {
    type: "pullrequest",
    id: number,
    title,
    description: body,
    state: thread.state === "open" ? "OPEN" : "DECLINED",
    draft: pull.draft,
    author: accountShape(state, author),
    reviewers: thread.reviewers.map((account) => accountShape(state, account)),
    source,
    destination: await side(repository, pull.base),
    merge_commit: null,
    closed_by: null,
    reason: "",
    created_on: createdAt,
    updated_on: thread.updatedAt,
    links: { html: { href: threadUrl(state, thread) } },
  };
}

/** A push to its branch changes a pull request, which git does not tell: it is seen when somebody looks. */
function noteHead({ heads }: BitbucketState, thread: Thread, head: string): void {
  const before = heads.get(thread.id);
  heads.set(thread.id, head);
  if (before !== undefined && before !== head) thread.updatedAt = new Date().toISOString();
}

/** A webhook, without its secret. */
export function hookShape(hook: StandingHook) {
  const { place, url, secret, events, active, settings } = hook;
  return {
    type: "webhook_subscription",
    uuid: uuidOf(hook),
    subject_type: place.level === "owner" ? "workspace" : "repository",
    url,
    active,
    events,
    secret_set: secret !== "",
    ...settings,
  };
}

export function commentShape(state: State, thread: Thread, comment: Comment) {
  const { id, author, bodies, createdAt, editedAt } = comment;
  return {
    type: rowOf(thread) === "issues" ? "issue_comment" : "pullrequest_comment",
    id,
    content: textShape(bodies.at(-1) ?? ""),
    user: accountShape(state, author),
    deleted: false,
    created_on: createdAt,
    updated_on: editedAt ?? createdAt,
    links: { html: { href: `${threadUrl(state, thread)}#comment-${id}` } },
  };
}

export function statusShape(key: string, status: Status) {
  return {
    type: "build",
    key,
    state: status.state,
    name: status.context,
    description: status.description,
    url: status.targetUrl,
    created_on: status.createdAt,
  };
}

/** Bitbucket's words for the ends of builds; it has none for one that could not say. */
const ENDS: Readonly<Record<CheckState, string>> = {
  success: "SUCCESSFUL",
  failure: "FAILED",
  error: "FAILED",
  cancelled: "STOPPED",
};

/** A build of somebody else, as deliveries tell of it. */
export function checkShape({ url }: State, { fullName }: Repository, { sha, name, state, createdAt }: Check) {
  const commit = `${url}/2.0/repositories/${fullName}/commit/${sha}`;
  return {
    type: "build",
    key: `key-of-${name}`,
    name,
    state: ENDS[state],
    description: null,
    url: `https://ci.example.com/${name}`,
    refname: null,
    created_on: createdAt,
    updated_on: createdAt,
    commit: { type: "commit", hash: sha },
    links: { commit: { href: commit } },
  };
}

function textShape(raw: string) {
  return { type: "rendered", raw, markup: "markdown", html: "" };
}
