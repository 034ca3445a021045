import type { Actor, Issue, PullRequest, Repo } from "../../core/event.ts";
import { isDraftTitle } from "./drafts.ts";
import type * as payloads from "./payloads.ts";

/** The shapes of Gitea and Forgejo in our words. Ids become text; a text that is null is empty. */
export function actorOf({ id, login }: payloads.Actor): Actor {
  return { id: String(id), login, ...(id === ACTIONS ? { bot: true } : {}) };
}

/** The account as which workflows act: no other of a program is told apart. Source: models/user/user_system.go. */
const ACTIONS = -2;

/** Who was just added to those who are to do a thing. Servers take the last for it too (`getIssuesInfo`). */
export function newestAssignee({ assignees }: payloads.Issue | payloads.PullRequest): Actor | undefined {
  const last = assignees?.at(-1);
  return last && actorOf(last);
}

export function repoOf({ id, full_name: fullName, default_branch: branch }: payloads.Repository): Repo {
  return { id: String(id), fullName, ...(branch ? { defaultBranch: branch } : {}) };
}

export function issueOf(issue: payloads.Issue): Issue {
  return { ...threadOf(issue), state: issue.state };
}

/** A pull request that is told of as an issue, by a comment on it above all: neither branches nor head are named. */
export function commentedPullRequest(issue: payloads.Issue): PullRequest {
  return { ...threadOf(issue), state: isMerged(issue.pull_request) ? "merged" : issue.state };
}

export function pullRequestOf(pullRequest: payloads.PullRequest): PullRequest {
  const { head, base } = pullRequest;
  return {
    ...threadOf(pullRequest),
    state: isMerged(pullRequest) ? "merged" : pullRequest.state,
    source: { branch: head.ref, repo: head.repo?.full_name ?? null },
    target: { branch: base.ref },
    headSha: head.sha,
    fork: isForeign(pullRequest),
    draft: pullRequest.draft ?? isDraftTitle(pullRequest.title),
  };
}

export function isMerged(
  request: { merged?: boolean | null | undefined; merged_at?: string | null | undefined } | null | undefined,
): boolean {
  return request?.merged === true || typeof request?.merged_at === "string";
}

/**
 * Whether the change is someone else's code: the source is another repository, one that is gone, or no branch at all.
 * AGit pull requests (`git push origin HEAD:refs/for/main`) need only the right to read, and yet look as if they came
 * from the repository itself; nothing but the name of their ref gives them away.
 */
function isForeign({ head, base }: payloads.PullRequest): boolean {
  return !head.repo || head.repo_id !== base.repo_id || head.ref.startsWith("refs/pull/");
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
