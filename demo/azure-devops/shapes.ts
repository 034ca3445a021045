import type { CheckState } from "../../src/core/event.ts";
import type { Account, Check, Comment, Repository, Thread } from "../stand-in/state.ts";
import type { AzureState } from "./state.ts";
import { guidOf, headsOf, namesOf, projectId, revisionOf } from "./state.ts";

/** The shapes in which Azure DevOps tells of things; its service hooks use those of its API. */
export function identityShape({ id, login, bot = false }: Account) {
  return {
    displayName: login,
    id: guidOf(id),
    uniqueName: login,
    descriptor: `${bot ? "aadsp" : "aad"}.${id}`,
  };
}

/** What access control lists call an account. */
export function descriptorOf({ login }: Account): string {
  return `Microsoft.IdentityModel.Claims.ClaimsIdentity;harbour\\${login}`;
}

export function webUrl({ url }: AzureState, repository: Repository): string {
  const { project, name } = namesOf(repository);
  return `${url}/${encodeURIComponent(project)}/_git/${encodeURIComponent(name)}`;
}

export function repositoryShape(state: AzureState, repository: Repository) {
  const { project, name } = namesOf(repository);
  return {
    id: guidOf(repository.id),
    name,
    url: `${state.url}/_apis/git/repositories/${guidOf(repository.id)}`,
    project: { id: projectId(state, project), name: project, state: "wellFormed", visibility: "private" },
    defaultBranch: `refs/heads/${repository.defaultBranch}`,
    remoteUrl: webUrl(state, repository),
  };
}

export async function pullShape(state: AzureState, thread: Thread) {
  const { pull, repository } = thread;
  if (pull === undefined) throw new Error(`work item ${thread.number} is no pull request`);
  const heads = await headsOf(state, thread);
  // The head when a merge was last tried lags behind: it is tried again after each look.
  const tried = state.tried.get(thread.id) ?? heads[0];
  state.tried.set(thread.id, heads.at(-1));
  const { repository: source } = pull.head;
  return {
    repository: repositoryShape(state, repository),
    pullRequestId: thread.number,
    codeReviewId: thread.number,
    status: thread.state === "open" ? "active" : "abandoned",
    createdBy: identityShape(thread.author),
    creationDate: thread.createdAt,
    title: thread.title,
    description: thread.body,
    sourceRefName: `refs/heads/${pull.head.branch}`,
    targetRefName: `refs/heads/${pull.base}`,
    mergeStatus: "queued",
    isDraft: pull.draft,
    lastMergeSourceCommit: tried === undefined ? undefined : { commitId: tried },
    labels: thread.labels.map((name) => ({ id: name, name, active: true })),
    reviewers: thread.reviewers.map((account) => reviewerShape(account)),
    _links: { web: { href: `${webUrl(state, repository)}/pullrequest/${thread.number}` } },
    supportsIterations: true,
    ...(source === repository
      ? {}
      : {
          forkSource: { name: `refs/heads/${pull.head.branch}`, repository: repositoryShape(state, source) },
        }),
  };
}

/** Somebody who was asked for a review, with the vote that they cast. */
export function reviewerShape(account: Account, vote = 0) {
  return { ...identityShape(account), vote, isFlagged: false };
}

/** A comment on a pull request begins a discussion of the same number. */
export function discussionShape(comment: Comment) {
  return {
    id: comment.id,
    status: "closed",
    isDeleted: false,
    comments: [discussionCommentShape(comment)],
  };
}

export function discussionCommentShape({ bodies, author, createdAt, editedAt }: Comment) {
  return {
    id: 1,
    parentCommentId: 0,
    author: identityShape(author),
    content: bodies.at(-1) ?? "",
    publishedDate: createdAt,
    lastUpdatedDate: editedAt ?? createdAt,
    lastContentUpdatedDate: editedAt ?? createdAt,
    commentType: "text",
  };
}

export function remarkShape({ number }: Thread, { id, bodies, author, createdAt, editedAt }: Comment) {
  return {
    workItemId: number,
    id,
    version: bodies.length,
    text: bodies.at(-1) ?? "",
    createdBy: identityShape(author),
    createdDate: createdAt,
    modifiedDate: editedAt ?? createdAt,
  };
}

export function fieldsOf(thread: Thread, changedBy: Account = thread.author) {
  const { repository, state, title, body, author, createdAt, updatedAt, labels } = thread;
  const person = ({ login }: Account) => `${login} <${login}>`;
  return {
    "System.TeamProject": namesOf(repository).project,
    "System.AreaPath": namesOf(repository).project,
    "System.WorkItemType": "Issue",
    "System.State": state === "open" ? "To Do" : "Done",
    "System.CreatedDate": createdAt,
    "System.CreatedBy": person(author),
    "System.ChangedDate": updatedAt,
    "System.ChangedBy": person(changedBy),
    "System.Title": title,
    "System.Description": `<div>${body}</div>`,
    ...(labels.length === 0 ? {} : { "System.Tags": labels.join("; ") }),
  };
}

/** A build that ended, of the repository. */
export function buildShape(
  state: AzureState,
  repository: Repository,
  { id, sha, name, state: ended }: Check,
) {
  const { project, name: repo } = namesOf(repository);
  return {
    id,
    buildNumber: `20261006.${id}`,
    status: "completed",
    result: RESULTS[ended],
    definition: { id: 1, name },
    project: { id: projectId(state, project), name: project },
    sourceBranch: `refs/heads/${repository.defaultBranch}`,
    sourceVersion: sha,
    reason: "individualCI",
    repository: { id: guidOf(repository.id), type: "TfsGit", name: repo, url: webUrl(state, repository) },
    _links: { web: { href: `${state.url}/${encodeURIComponent(project)}/_build/results?buildId=${id}` } },
  };
}

const RESULTS: Readonly<Record<CheckState, string>> = {
  success: "succeeded",
  failure: "failed",
  error: "none",
  cancelled: "canceled",
};

export function workItemShape(state: AzureState, thread: Thread, changedBy?: Account) {
  return {
    id: thread.number,
    rev: revisionOf(thread),
    fields: fieldsOf(thread, changedBy),
    _links: linksOf(state, thread),
    url: `${state.url}/_apis/wit/workItems/${thread.number}`,
  };
}

/** A work item as answers to newer versions of the API have it: persons are objects. */
export function listedItemShape(thread: Thread) {
  const { number: id, author } = thread;
  const fields = { ...fieldsOf(thread), "System.CreatedBy": identityShape(author) };
  return { id, rev: revisionOf(thread), fields };
}

export function linksOf(state: AzureState, { repository, number }: Thread) {
  const { project } = namesOf(repository);
  return { html: { href: `${state.url}/${encodeURIComponent(project)}/_workitems/edit/${number}` } };
}

/** The field of the tags before and after; a value that would be empty is left out. */
export function tagsChange(before: readonly string[], after: readonly string[]) {
  return {
    ...(before.length === 0 ? {} : { oldValue: before.join("; ") }),
    ...(after.length === 0 ? {} : { newValue: after.join("; ") }),
  };
}
