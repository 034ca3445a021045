import type { Actor, Issue, PullRequest, Repo } from "./event.ts";

/** What can be listed, and so found where no webhook told of it. */
export const LISTS = ["issues", "pull requests", "branches"] as const;
export type List = (typeof LISTS)[number];

/** An open issue, as a list shows it. */
export interface ListedIssue {
  readonly issue: Issue;
  /** Who opened it. */
  readonly author: Actor;
  readonly createdAt: Date;
  /** Changes whenever the issue does, labels included, as far as the forge tells: its time of change, say. */
  readonly version: string;
  /** True where only some people may see it. */
  readonly confidential?: boolean;
}

/** An open pull request, as a list shows it. What the list leaves out (head, branches) is asked for later. */
export interface ListedPullRequest {
  readonly pullRequest: PullRequest;
  readonly author: Actor;
  readonly createdAt: Date;
  readonly version: string;
}

/** A branch and the commit that it is at. */
export interface ListedBranch {
  readonly name: string;
  readonly sha: string;
}

/**
 * What one look at a list showed. `mark` is the adapter's own note, given back to it at the next look, so that the forge
 * can say that nothing is new or tell only of what is. `requests`: how many it took, for the budget.
 */
export type Looked<Item> =
  /** `whole`: all that is open is listed; else what has not changed since the mark is left out. */
  | {
      readonly kind: "listed";
      readonly items: readonly Item[];
      readonly whole: boolean;
      readonly mark?: string;
      readonly requests: number;
    }
  | { readonly kind: "unchanged"; readonly requests: number }
  | { readonly kind: "unsupported" };

/**
 * Lists of what is open in a repository, newest changes or all, for the poller. A look at a repository in which nothing
 * changed costs one request, conditional where the forge can. Throws coded errors.
 */
export interface Listings {
  issues(repo: Repo, mark: string | undefined, signal?: AbortSignal): Promise<Looked<ListedIssue>>;
  pullRequests(
    repo: Repo,
    mark: string | undefined,
    signal?: AbortSignal,
  ): Promise<Looked<ListedPullRequest>>;
  /** Always the whole of them, where it is not `unchanged`. */
  branches(repo: Repo, mark: string | undefined, signal?: AbortSignal): Promise<Looked<ListedBranch>>;
}
