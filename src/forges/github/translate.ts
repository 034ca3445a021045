import type { Actor, CommentEvent, Issue, PullRequest, Repo } from "../../core/event.ts";
import type * as payloads from "./payloads.ts";

/** GitHub's shapes in our words. Ids become text; a text that is null is empty. */
export function actorOf({ id, login, type }: payloads.Actor): Actor {
  const isBot = type === "Bot" || login.endsWith("[bot]");
  return { id: String(id), login, ...(isBot ? { bot: true } : {}) };
}

/** What has no author any more belongs to this account. Source: docs.github.com, "Deleting your personal account". */
export const GHOST: Actor = { id: "10137", login: "ghost" };

export function repoOf({ id, full_name: fullName, default_branch: branch }: payloads.Repository): Repo {
  return { id: String(id), fullName, ...(branch ? { defaultBranch: branch } : {}) };
}

export function issueOf(issue: payloads.Issue): Issue {
  return { ...threadOf(issue), state: issue.state };
}

/** A pull request that is told of as an issue, by a comment on it above all: neither branches nor head are named. */
export function commentedPullRequest(issue: payloads.Issue): PullRequest {
  return { ...threadOf(issue), state: issue.pull_request?.merged_at ? "merged" : issue.state };
}

export function pullRequestOf(pullRequest: payloads.PullRequest): PullRequest {
  const { head, base } = pullRequest;
  return {
    ...threadOf(pullRequest),
    state: isMerged(pullRequest) ? "merged" : pullRequest.state,
    source: { branch: head.ref, repo: head.repo?.full_name ?? null },
    target: { branch: base.ref },
    headSha: head.sha,
    fork: isFork(pullRequest),
    draft: pullRequest.draft ?? false,
  };
}

/** What somebody wrote: on a thread, on a line of a change, or as a review. */
export function commentOf({ id, body, html_url: url }: payloads.Comment): CommentEvent["comment"] {
  return { id: String(id), body: body ?? "", ...(url ? { url } : {}) };
}

export function isMerged({ merged, merged_at }: payloads.PullRequest): boolean {
  return merged === true || typeof merged_at === "string";
}

/**
 * Whether the source is another repository, or one that is gone. `head.repo.fork` says something else (that the
 * source was forked from somewhere once); where id and name disagree, it is someone else's code.
 */
function isFork({ head, base }: payloads.PullRequest): boolean {
  if (head.repo === null) return true;
  return head.repo.id !== base.repo.id || head.repo.full_name !== base.repo.full_name;
}

function threadOf(thread: payloads.Issue | payloads.PullRequest): Omit<Issue, "state"> {
  const { number, title, body, labels, html_url: url, user } = thread;
  return {
    number,
    title,
    body: body ?? "",
    labels: labels?.map(({ name }) => name) ?? [],
    ...(url ? { url } : {}),
    ...(user ? { author: actorOf(user) } : {}),
  };
}
