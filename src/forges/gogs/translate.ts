import type { Actor, Issue, PullRequest, Repo } from "../../core/event.ts";
import type * as payloads from "./payloads.ts";

/** Gogs' shapes in our words. Ids become text; a text that is null is empty. */
export function actorOf({ id, login }: payloads.Account): Actor {
  return { id: String(id), login };
}

export function repoOf({ id, full_name: fullName, default_branch: branch }: payloads.Repository): Repo {
  return { id: String(id), fullName, ...(branch ? { defaultBranch: branch } : {}) };
}

/** An issue of the repository that people open at `web`: Gogs names no address of an issue. */
export function issueOf(issue: payloads.Issue, web: string | null | undefined): Issue {
  return { ...threadOf(issue, web && `${web}/issues/${issue.number}`), state: issue.state };
}

/** A pull request that is told of as an issue, by a comment or by the API: neither branches nor head are named. */
export function bareRequestOf(issue: payloads.Issue, web: string | null | undefined): PullRequest {
  return {
    ...threadOf(issue, web && `${web}/pulls/${issue.number}`),
    state: isMerged(issue.pull_request) ? "merged" : issue.state,
  };
}

export function pullRequestOf(request: payloads.PullRequest): PullRequest {
  return {
    ...threadOf(request, request.html_url),
    state: isMerged(request) ? "merged" : request.state,
    source: { branch: request.head_branch, repo: sourceOf(request)?.full_name ?? null },
    target: { branch: request.base_branch },
    fork: isFork(request),
  };
}

interface Merge {
  readonly merged?: boolean | null | undefined;
  readonly merged_at?: string | null | undefined;
}

export function isMerged(request: Merge | null | undefined): boolean {
  return request?.merged === true || typeof request?.merged_at === "string";
}

/** The repository that the change comes from; undefined where the fork was deleted: Gogs then names one of id 0. */
function sourceOf({ head_repo: head }: payloads.PullRequest): payloads.Side | undefined {
  return head && head.id > 0 && head.full_name !== "" ? head : undefined;
}

/** Whether the source is another repository, or one that is gone; where id and name disagree, it is someone else's code. */
function isFork(request: payloads.PullRequest): boolean {
  const { base_repo: base } = request;
  const head = sourceOf(request);
  return head?.id !== base.id || head.full_name !== base.full_name;
}

function threadOf(
  { number, title, body, labels, user }: payloads.Issue | payloads.PullRequest,
  url: string | null | undefined,
): Omit<Issue, "state"> {
  return {
    number,
    title,
    body: body ?? "",
    labels: labels?.map(({ name }) => name) ?? [],
    ...(url ? { url } : {}),
    ...(user ? { author: actorOf(user) } : {}),
  };
}
