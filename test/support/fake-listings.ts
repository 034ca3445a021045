import type { Actor, Issue, Repo } from "../../src/core/event.ts";
import type {
  List,
  ListedBranch,
  ListedIssue,
  ListedPullRequest,
  Listings,
  Looked,
} from "../../src/core/listings.ts";
import { alice, issue, pullRequest } from "./samples.ts";

/** Lists in memory, by full name of the repository. A mark is the list as it was: the same again is `unchanged`. */
export interface FakeListings extends Listings {
  issues: (...asked: Parameters<Listings["issues"]>) => ReturnType<Listings["issues"]>;
  branches: (...asked: Parameters<Listings["branches"]>) => ReturnType<Listings["branches"]>;
  /** Every look in order. */
  readonly looks: { readonly list: List; readonly repo: string }[];
  /** The next looks at a repository throw this, in order. */
  failNext(repo: string, error: Error): void;
  issue(repo: string, change: Partial<Issue>, rest?: Partial<ListedIssue>): void;
  pull(repo: string, change: Partial<ListedPullRequest["pullRequest"]>, author?: Actor): void;
  branch(repo: string, name: string, sha: string): void;
}

/** `heads: false`: its lists of pull requests do not tell the heads. */
export function fakeListings({ heads = true } = {}): FakeListings {
  const looks: FakeListings["looks"] = [];
  const faults = new Map<string, Error[]>();
  const issues = new Map<string, Map<number, ListedIssue>>();
  const pulls = new Map<string, Map<number, ListedPullRequest>>();
  const branches = new Map<string, Map<string, ListedBranch>>();
  let version = 0;

  async function look<Item>(
    list: List,
    { fullName: repo }: Repo,
    lists: Map<string, Map<unknown, Item>>,
    mark: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Looked<Item>> {
    looks.push({ list, repo });
    signal?.throwIfAborted();
    const fault = faults.get(repo)?.shift();
    if (fault !== undefined) throw fault;
    const items = [...of(lists, repo).values()];
    const now = JSON.stringify(items);
    if (now === mark) return { kind: "unchanged", requests: 1 };
    return { kind: "listed", items, whole: true, mark: now, requests: 1 };
  }

  return {
    looks,
    failNext: (repo, error) => void faults.set(repo, [...(faults.get(repo) ?? []), error]),
    issue: (repo, change, rest = {}) => {
      const said = issue({ labels: [], ...change });
      const common = { author: alice, createdAt: new Date(), version: String(++version) };
      of(issues, repo).set(said.number, { issue: said, ...common, ...rest });
    },
    pull: (repo, change, author = alice) => {
      const said = pullRequest(change);
      const listed = heads ? said : { ...said, headSha: undefined };
      of(pulls, repo).set(said.number, {
        pullRequest: listed,
        author,
        createdAt: new Date(),
        version: String(++version),
      });
    },
    branch: (repo, name, sha) => void of(branches, repo).set(name, { name, sha }),
    issues: (repo, mark, signal) => look("issues", repo, issues, mark, signal),
    pullRequests: (repo, mark, signal) => look("pull requests", repo, pulls, mark, signal),
    branches: (repo, mark, signal) => look("branches", repo, branches, mark, signal),
  };
}

function of<Key, Item>(lists: Map<string, Map<Key, Item>>, repo: string): Map<Key, Item> {
  const found = lists.get(repo) ?? new Map<Key, Item>();
  lists.set(repo, found);
  return found;
}
