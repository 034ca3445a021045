import type { Actor, Issue, PullRequest } from "../../src/core/event.ts";
import { threadKey } from "../../src/core/event.ts";
import type { ListedBranch } from "../../src/core/listings.ts";
import type { Forge, GitCredentials, Labelling, Permission, ThreadComment } from "../../src/core/forge.ts";
import type { CommitPlace, Status } from "../../src/core/status.ts";
import type { Webhooks } from "../../src/core/webhooks.ts";
import { webhooksAt } from "../../src/forges/shared/hooks.ts";
import { bot, pullRequest } from "./samples.ts";

/** Methods of a forge that ask or tell the other side something. */
type Call = {
  [Name in keyof Forge]-?: NonNullable<Forge[Name]> extends (...args: never[]) => Promise<unknown>
    ? Name
    : never;
}[keyof Forge];

const unsupported = async () => ({ kind: "unsupported" }) as const;

/**
 * A forge in memory: keeps what it is told and answers from that. Tests read and set its state, and let its next call
 * of a method fail.
 */
export interface FakeForge extends Forge {
  /** Every call in order, by name of its method. */
  readonly calls: readonly Call[];
  readonly statuses: { place: CommitPlace; status: Status }[];
  /** By id of the comment. */
  readonly comments: Map<string, { thread: string; body: string }>;
  /** By key of the issue or pull request, such as `issue 7`. */
  readonly labels: Map<string, Set<string>>;
  /** Who set which label: by thread and label, such as `issue 7 bug`, lower case. */
  readonly labellings: Map<string, Labelling>;
  /** By login; accounts that are not in here have `none`. */
  readonly permissions: Map<string, Permission>;
  readonly pullRequests: PullRequest[];
  /** Those that a list of branches shows; while there are none, it has no such list. */
  readonly branches: ListedBranch[];
  /** By `path@ref`. */
  readonly files: Map<string, string>;
  readonly issues: Issue[];
  /** Comments by key of the issue or pull request, oldest first. */
  readonly conversations: Map<string, readonly ThreadComment[]>;
  /** Logins by name of the team. */
  readonly teams: Map<string, readonly string[] | "unknown">;
  /** Logins by number of the pull request that they were asked to review. */
  readonly reviewers: Map<number, readonly string[]>;
  /** The next call of this method throws. */
  failNext(method: Call, error: Error): void;
}

export function fakeForge(
  options: {
    name?: string;
    kind?: string;
    self?: Actor;
    defaultBranch?: string;
    /** Where its repositories are served: `<gitUrl>/<full name>.git`. */
    gitUrl?: string;
    credentials?: GitCredentials;
    /** False: it has no pull requests. */
    pullRequests?: boolean;
    /** False: it cannot ask people for a review. */
    reviewers?: boolean;
    /** It has none of them if not said. */
    requiredChecks?: readonly string[];
    /** False: it has no statuses. */
    statuses?: boolean;
    /** It has none that can be looked after if not said. */
    webhooks?: Webhooks;
    /** True: it knows us by an app registration. */
    app?: boolean;
  } = {},
): FakeForge {
  const calls: Call[] = [];
  const faults = new Map<Call, Error[]>();
  const statuses: FakeForge["statuses"] = [];
  const comments: FakeForge["comments"] = new Map();
  const labels: FakeForge["labels"] = new Map();
  const labellings: FakeForge["labellings"] = new Map();
  const permissions: FakeForge["permissions"] = new Map([["alice", "write"]]);
  const pullRequests: PullRequest[] = [];
  const branches: ListedBranch[] = [];
  const files: FakeForge["files"] = new Map();
  const issues: Issue[] = [];
  const conversations: FakeForge["conversations"] = new Map();
  const teams: FakeForge["teams"] = new Map();
  const reviewers: FakeForge["reviewers"] = new Map();

  /** Note a call; throw where a test wants it to fail, or when it was aborted. */
  const called = (method: Call, signal?: AbortSignal): void => {
    calls.push(method);
    signal?.throwIfAborted();
    const fault = faults.get(method)?.shift();
    if (fault !== undefined) throw fault;
  };
  const listBranches = async () =>
    branches.length === 0
      ? unsupported()
      : ({ kind: "listed", items: branches, whole: true, requests: 1 } as const);
  const openFrom = (branch: string) =>
    pullRequests.find(({ state, source }) => state === "open" && source?.branch === branch);
  const find = (number: number): PullRequest => {
    const found = pullRequests.find((one) => one.number === number);
    if (found === undefined) throw new Error(`the fake forge has no pull request ${number}`);
    return found;
  };

  return {
    name: options.name ?? "github",
    kind: options.kind ?? "github",
    calls,
    statuses,
    comments,
    labels,
    labellings,
    permissions,
    pullRequests,
    branches,
    files,
    issues,
    conversations,
    teams,
    reviewers,
    failNext: (method, error) => void faults.set(method, [...(faults.get(method) ?? []), error]),

    self: async (signal) => {
      called("self", signal);
      return options.self ?? bot;
    },
    missingRights: async (signal) => {
      called("missingRights", signal);
      return [];
    },
    setStatus: async (place, status, signal) => {
      called("setStatus", signal);
      if (options.statuses === false) return "unsupported";
      statuses.push({ place, status });
      return "set";
    },
    upsertComment: async (_repo, on, { id, marker, body }, signal) => {
      called("upsertComment", signal);
      const thread = threadKey(on);
      const known = [...comments].find(
        ([key, one]) => key === id || (one.thread === thread && one.body.includes(marker)),
      );
      const key = known?.[0] ?? String(1000 + comments.size);
      comments.set(key, { thread, body });
      return { id: key };
    },
    changeLabels: async (_repo, thread, { add, remove }, signal) => {
      called("changeLabels", signal);
      const key = threadKey(thread);
      const set = labels.get(key) ?? new Set();
      for (const one of add) set.add(one);
      for (const one of remove) set.delete(one);
      labels.set(key, set);
      return "set";
    },
    whoLabelled: async (_repo, thread, label, signal) => {
      called("whoLabelled", signal);
      return labellings.get(`${threadKey(thread)} ${label.toLowerCase()}`) ?? { kind: "absent" };
    },
    permission: async (_repo, { login }, signal) => {
      called("permission", signal);
      return permissions.get(login) ?? "none";
    },
    pullRequest: async (_repo, number, signal) => {
      called("pullRequest", signal);
      return find(number);
    },
    defaultBranch: async (_repo, signal) => {
      called("defaultBranch", signal);
      return options.defaultBranch ?? "main";
    },
    openPullRequest: async (repo, { branch, base, title, body, draft }, signal) => {
      called("openPullRequest", signal);
      if (options.pullRequests === false) return "unsupported";
      const open = openFrom(branch);
      if (open !== undefined) return open;
      const number = 100 + pullRequests.length;
      const source = { branch, repo: repo.fullName };
      const url = `https://forge.example/${repo.fullName}/pull/${number}`;
      const opened = pullRequest({ number, title, body, draft, source, target: { branch: base }, url });
      pullRequests.push(opened);
      return opened;
    },
    findPullRequest: async (_repo, branch, signal) => {
      called("findPullRequest", signal);
      return openFrom(branch);
    },
    readFile: async (_repo, path, ref, signal) => {
      called("readFile", signal);
      return files.get(`${path}@${ref}`);
    },
    gitUrl: ({ fullName }) => `${options.gitUrl ?? "https://forge.example"}/${fullName}.git`,
    pullRequestRef: (number) => `refs/pull/${number}/head`,
    gitCredentials: async (_repo, _purpose, signal) => {
      called("gitCredentials", signal);
      return options.credentials ?? { username: "bot", password: "fake-token" };
    },
    issue: async (_repo, number, signal) => {
      called("issue", signal);
      return issues.find((one) => one.number === number) ?? "unsupported";
    },
    conversation: async (_repo, thread, { limit }, signal) => {
      called("conversation", signal);
      return (conversations.get(threadKey(thread)) ?? []).slice(-limit);
    },
    isMember: async (_repo, team, { login }, signal) => {
      called("isMember", signal);
      const members = teams.get(team) ?? [];
      return members === "unknown" ? members : members.includes(login) ? "yes" : "no";
    },
    requestReview: async (_repo, number, logins, signal) => {
      called("requestReview", signal);
      if (options.reviewers === false) return "unsupported";
      reviewers.set(number, [...(reviewers.get(number) ?? []), ...logins]);
      return "set";
    },
    requiredChecks: async (_repo, _branch, signal) => {
      called("requiredChecks", signal);
      return options.requiredChecks ?? "unsupported";
    },
    closingReference: (number) => `Closes #${number}`,
    compareUrl: ({ fullName }, base, branch) =>
      `https://forge.example/${fullName}/compare/${base}...${branch}`,
    repository: async (fullName, signal) => {
      called("repository", signal);
      return { id: "42", fullName };
    },
    listings: { issues: unsupported, pullRequests: unsupported, branches: listBranches },
    webhooks: options.webhooks ?? webhooksAt({}, []),
    ...(options.app === true && { installedRepositories: async () => [] }),
  };
}
