import { branchHead } from "../stand-in/git.ts";
import type { Account, Comment, Repository, State, Thread } from "../stand-in/state.ts";
import type { PullThread } from "./route.ts";
import { versionOf } from "./state.ts";

/** The shapes in which Bitbucket tells of things, in its API and in its webhooks alike. */
export function userShape({ url }: State, { id, login, bot = false }: Account) {
  return {
    id,
    name: login,
    slug: login.toLowerCase(),
    displayName: login,
    emailAddress: `${login.toLowerCase()}@example.com`,
    active: true,
    type: bot ? "SERVICE" : "NORMAL",
    links: { self: [{ href: `${url}/users/${login.toLowerCase()}` }] },
  };
}

/** Where a person reads a repository. */
export function webUrl({ url }: State, { fullName }: Repository): string {
  const [project = "", slug = ""] = fullName.split("/");
  const owner = project.startsWith("~") ? `users/${project.slice(1)}` : `projects/${project}`;
  return `${url}/${owner}/repos/${slug}`;
}

/** A repository. It tells no default branch, and its clone link names who asks. */
export function repositoryShape(state: State, repository: Repository) {
  const { id, fullName } = repository;
  const [key = "", slug = ""] = fullName.split("/");
  const git = `${new URL(state.url).host}/scm/${key.toLowerCase()}/${slug}.git`;
  return {
    id,
    slug,
    name: slug,
    scmId: "git",
    state: "AVAILABLE",
    public: false,
    archived: false,
    project: { id: id + 1, key, name: key, public: false, type: key.startsWith("~") ? "PERSONAL" : "NORMAL" },
    links: {
      clone: [{ href: `http://admin@${git}`, name: "http" }],
      self: [{ href: `${webUrl(state, repository)}/browse` }],
    },
  };
}

function pullUrl(state: State, { repository, number }: Thread): string {
  return `${webUrl(state, repository)}/pull-requests/${number}`;
}

/** A pull request. `head`: the commit that it is told at, as its branch has it now where nothing is said. */
export async function pullShape(state: State, thread: PullThread, head?: string) {
  const { number, title, body, author, createdAt, updatedAt, repository, pull } = thread;
  const from = pull.head.repository;
  return {
    id: number,
    version: 0,
    title,
    ...(body === "" ? {} : { description: body }),
    state: thread.state === "open" ? "OPEN" : "DECLINED",
    open: thread.state === "open",
    closed: thread.state !== "open",
    draft: pull.draft,
    createdDate: Date.parse(createdAt),
    updatedDate: Date.parse(updatedAt),
    fromRef: await refShape(state, from, pull.head.branch, head),
    toRef: await refShape(state, repository, pull.base),
    locked: false,
    author: { user: userShape(state, author), role: "AUTHOR", approved: false, status: "UNAPPROVED" },
    reviewers: thread.reviewers.map((account) => participantShape(state, account)),
    participants: [],
    links: { self: [{ href: pullUrl(state, thread) }] },
  };
}

/** Somebody who is to review a pull request, or did. */
export function participantShape(state: State, account: Account, status = "UNAPPROVED") {
  const approved = status === "APPROVED";
  return { user: userShape(state, account), role: "REVIEWER", approved, status };
}

async function refShape(state: State, repository: Repository, branch: string, head?: string) {
  return {
    id: `refs/heads/${branch}`,
    displayId: branch,
    latestCommit: head ?? (await branchHead(state.root, repository, branch)) ?? "0".repeat(40),
    type: "BRANCH",
    repository: repositoryShape(state, repository),
  };
}

export function commentShape(state: State, comment: Comment) {
  const { id, author, bodies, createdAt, editedAt } = comment;
  return {
    id,
    version: versionOf(comment),
    text: bodies.at(-1) ?? "",
    author: userShape(state, author),
    createdDate: Date.parse(createdAt),
    updatedDate: Date.parse(editedAt ?? createdAt),
    comments: [],
    tasks: [],
    severity: "NORMAL",
    state: "OPEN",
  };
}
