import type { Actor, PullRequest, Repo } from "../../core/event.ts";
import { pagePath } from "./addresses.ts";
import { fromBitbucket } from "./marker.ts";
import type * as payloads from "./payloads.ts";

const BRANCH = /^refs\/heads\//;

/** Bitbucket's shapes in our words. Ids become text; a text that is not there is empty. */
export function actorOf({ id, name, type }: payloads.User): Actor {
  return { id: String(id), login: name, ...(type === "SERVICE" ? { bot: true } : {}) };
}

/** Bitbucket tells no default branch with a repository. */
export function repoOf(repository: payloads.Repository): Repo {
  return { id: String(repository.id), fullName: fullNameOf(repository) };
}

export function pullRequestOf(request: payloads.PullRequest): PullRequest {
  const { fromRef, toRef, author } = request;
  const url = request.links?.self[0].href;
  return {
    number: request.id,
    title: request.title,
    body: fromBitbucket(request.description ?? ""),
    state: STATES[request.state],
    labels: [],
    ...(url === undefined ? {} : { url }),
    source: { branch: branchOf(fromRef), repo: fromRef.repository ? fullNameOf(fromRef.repository) : null },
    target: { branch: branchOf(toRef) },
    headSha: fromRef.latestCommit,
    fork: isFork(request),
    draft: request.draft ?? false,
    ...(author ? { author: actorOf(author.user) } : {}),
  };
}

/** A pull request that an answer tells of. Some versions leave the links out. */
export function answeredOf(request: payloads.PullRequest, repo: Repo, web: string): PullRequest {
  return {
    url: `${web}/${pagePath(repo)}/pull-requests/${request.id}`,
    ...pullRequestOf(request),
  };
}

const STATES = { OPEN: "open", MERGED: "merged", DECLINED: "closed" } as const satisfies Readonly<
  Record<payloads.PullRequest["state"], PullRequest["state"]>
>;

export function branchOf({ id }: { id: string }): string {
  return id.replace(BRANCH, "");
}

function fullNameOf({ slug, project }: payloads.Repository): string {
  return `${project.key}/${slug}`;
}

/** Whether the source is another repository, or one that is gone. Where id and name disagree, it is someone else's code. */
export function isFork({ fromRef: { repository: source }, toRef }: payloads.PullRequest): boolean {
  const { repository: target } = toRef;
  if (!source) return true;
  return source.id !== target.id || fullNameOf(source).toLowerCase() !== fullNameOf(target).toLowerCase();
}
