import { setTimeout as wait } from "node:timers/promises";

import type { Proposal } from "../core/automation.ts";
import { ForgehandError } from "../core/errors.ts";
import type { PullRequest } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { Run } from "../core/run.ts";
import { branchOf, branchStem } from "./branch.ts";
import type { Git } from "./git.ts";
import type { Mirrors } from "./mirror.ts";
import { fetchedHead, hasCommit } from "./mirror.ts";

/** How long a commit that a delivery told of may take to be seen, and how often we look, in milliseconds. */
export interface Patience {
  readonly every: number;
  readonly within: number;
}

/** Forges tell of a push before all of their machines have it. As patient as Rancher Fleet. */
export const PATIENCE: Patience = { every: 2_000, within: 30_000 };

/** What is asked to find out where a run begins. */
export interface BeginningTools {
  /** How the changes are to be proposed. */
  readonly proposal: Pick<Proposal, "base" | "branch">;
  /** Whether a run of ours pushed a commit. */
  readonly isOurs: (sha: string) => Promise<boolean>;
  /** Branches that earlier runs of the automation on the same thread pushed to, newest first. */
  readonly earlierBranches: () => Promise<readonly string[]>;
  readonly patience: Patience;
  readonly say: (sentence: string) => void;
  readonly git: Git;
  readonly mirrors: Mirrors;
  readonly forge: Forge;
  readonly signal: AbortSignal;
}

/** The commit that a run begins on, and the branch that its changes go to, where they are published. */
export interface Beginning {
  /** The mirror that has it. */
  readonly mirror: string;
  readonly sha: string;
  /** The commit whose rules for agents count: never that of somebody's proposal. */
  readonly trusted: string;
  readonly to?: {
    readonly branch: string;
    /** The branch that a pull request shall go into. */
    readonly base: string;
    /** Where the branch stood when we looked; empty where there was none. A push expects it there. */
    readonly lease: string;
    /** The open pull request that the run goes on with. */
    readonly pullRequest?: PullRequest | undefined;
  };
}

/** Find out where a run begins, and bring its mirror up to date. Throws GIT_FAILED and what the forge throws. */
export function beginningOf(tools: BeginningTools, run: Run): Promise<Beginning> {
  const { publishes, event, sha, thread } = run;
  if (publishes) return (thread?.kind === "pull_request" ? ofPullRequest : ofBranch)(tools, run);
  const open = sha === undefined && (event.kind === "schedule" || event.kind === "manual");
  return open ? ofRef(tools, run) : ofCommit(tools, run);
}

/** A run from an issue: on the base branch, or on our branch where its pull request is still open. */
async function ofBranch(tools: BeginningTools, run: Run): Promise<Beginning> {
  const { git, mirrors, forge, signal, proposal } = tools;
  const { repo } = run;
  const main = await forge.defaultBranch(repo, signal);
  const base = proposal.base ?? main;
  const mirror = await mirrors.refresh(forge, repo, { git, signal });
  const heads = await headsOf(git, mirror, signal);
  const open = await openBranch(tools, run, heads);
  const branch = open?.branch ?? branchOf(run, proposal.branch);
  const lease = heads.get(branch) ?? "";
  const sha = open === undefined ? heads.get(base) : lease;
  if (sha === undefined) {
    throw new ForgehandError(
      "GIT_FAILED",
      proposal.base === undefined
        ? `${repo.fullName} has no commit on its default branch ${base} yet, so there is nothing to start from.`
        : `${repo.fullName} has no branch ${base}, which pull_request.base names, so there is nothing to start from.`,
    );
  }
  if (open === undefined) await mustBeOurs(tools, run, { branch, lease, taken: [main, base] });
  const to = { branch, base, lease, pullRequest: open?.pullRequest };
  return { mirror, sha, trusted: heads.get(base) ?? sha, to };
}

/**
 * A branch whose name the owner's template made may be somebody else's: nothing is pushed over what we did not push.
 * Throws GIT_FAILED.
 */
async function mustBeOurs(
  { proposal, isOurs }: BeginningTools,
  { repo }: Run,
  { branch, lease, taken }: { branch: string; lease: string; taken: readonly string[] },
): Promise<void> {
  if (proposal.branch === undefined) return;
  const why =
    branch === ""
      ? "is empty"
      : taken.includes(branch)
        ? `is "${branch}", which pull requests go into`
        : lease !== "" && !(await isOurs(lease))
          ? `is "${branch}", which is there and was not pushed by Forgehand`
          : undefined;
  if (why === undefined) return;
  const message = `The name that pull_request.branch makes in ${repo.fullName} ${why}, so nothing is done. Put {{ number }} or {{ run }} into it.`;
  throw new ForgehandError("GIT_FAILED", message);
}

/** A run on a pull request that pushes to its branch: on the newest head. Never on somebody else's repository. */
async function ofPullRequest({ git, mirrors, forge, signal }: BeginningTools, run: Run): Promise<Beginning> {
  const { repo, thread, event } = run;
  const told = "pullRequest" in event ? event.pullRequest : undefined;
  const pullRequest = await forge.pullRequest(repo, thread?.number ?? 0, signal, told);
  const { source, target, fork, state, number } = pullRequest;
  if (fork !== false || source === undefined || target === undefined) {
    const message = `Pull request ${number} comes from a fork, or from where the forge does not tell: nothing is ever pushed there.`;
    throw new ForgehandError("GIT_FAILED", message);
  }
  if (state !== "open") {
    throw new ForgehandError(
      "GIT_FAILED",
      `Pull request ${number} is ${state}, so there is nothing to go on with.`,
    );
  }
  const mirror = await mirrors.refresh(forge, repo, { git, signal });
  const heads = await headsOf(git, mirror, signal);
  const sha = heads.get(source.branch);
  if (sha === undefined) {
    throw new ForgehandError("GIT_FAILED", `The branch ${source.branch} of pull request ${number} is gone.`);
  }
  const trusted = heads.get(target.branch);
  if (trusted === undefined) {
    const message = `The branch ${target.branch}, which pull request ${number} goes into, is gone.`;
    throw new ForgehandError("GIT_FAILED", message);
  }
  const { branch } = source;
  return { mirror, sha, trusted, to: { branch, base: target.branch, lease: sha, pullRequest } };
}

/** A run of a schedule, or one that was started by hand: on the head of the ref that it names, else of the default branch. */
async function ofRef(tools: BeginningTools, run: Run): Promise<Beginning> {
  const { git, mirrors, forge, signal } = tools;
  const { repo } = run;
  const ref = run.ref ?? `refs/heads/${await forge.defaultBranch(repo, signal)}`;
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  const mirror = await mirrors.refresh(forge, repo, { git, signal, ...(branch === undefined && { ref }) });
  const sha =
    branch === undefined
      ? await fetchedHead(git, mirror, ref, signal)
      : (await headsOf(git, mirror, signal)).get(branch);
  if (sha === undefined) {
    const message = `There is no ${ref} in ${repo.fullName}, or no commit on it yet, so there is nothing to start from.`;
    throw new ForgehandError("GIT_FAILED", message);
  }
  return { mirror, sha, trusted: sha };
}

/** A run on a pull request, a push, a tag or a check: on exactly the commit that it is about. */
async function ofCommit(tools: BeginningTools, run: Run): Promise<Beginning> {
  const { forge, signal } = tools;
  const { repo, sha = "" } = run;
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(sha)) {
    throw new ForgehandError("GIT_FAILED", "The event named no commit, so there is nothing to check out.");
  }
  const number = pullRequestOf(run);
  if (number !== undefined) await forge.refreshPullRequestRef?.(repo, number, signal);
  const mirror = await mirrorWith(tools, run, sha);
  return { mirror, sha, trusted: await trustedCommit(tools, run, { mirror, sha }) };
}

/** The commit whose rules count: for a pull request that of the branch that it goes into, else the one that is run. */
async function trustedCommit(
  { git, forge, signal }: BeginningTools,
  run: Run,
  { mirror, sha }: { mirror: string; sha: string },
): Promise<string> {
  const pullRequest = "pullRequest" in run.event ? run.event.pullRequest : undefined;
  if (pullRequest === undefined) return sha;
  const heads = await headsOf(git, mirror, signal);
  const into = pullRequest.target?.branch ?? (await forge.defaultBranch(run.repo, signal));
  return heads.get(into) ?? heads.get(await forge.defaultBranch(run.repo, signal)) ?? sha;
}

/** The mirror once it has a commit. Throws GIT_FAILED where the commit is not seen in time. */
async function mirrorWith(tools: BeginningTools, run: Run, sha: string): Promise<string> {
  const { git, mirrors, forge, signal, patience, say } = tools;
  const { repo } = run;
  const short = sha.slice(0, 12);
  for (let waited = 0; ; waited += patience.every) {
    const mirror = await mirrors.refresh(forge, repo, { git, ref: refOf(run, forge), sha, signal });
    if (await hasCommit(git, mirror, sha, signal)) return mirror;
    if (waited >= patience.within) break;
    if (waited === 0) say(`the commit ${short} cannot be seen yet: looking again`);
    await wait(patience.every, undefined, { signal });
  }
  const message =
    `The commit ${short} is gone from ${repo.fullName}: something newer was probably pushed over it. ` +
    `It was looked for for ${patience.within / 1_000} seconds.`;
  throw new ForgehandError("GIT_FAILED", message);
}

function pullRequestOf({ event }: Run): number | undefined {
  return "pullRequest" in event ? event.pullRequest?.number : undefined;
}

function refOf(run: Run, forge: Forge): string | undefined {
  const number = pullRequestOf(run);
  if (number !== undefined) return forge.pullRequestRef(number);
  const { ref } = run;
  return ref?.startsWith("refs/tags/") === true ? ref : undefined;
}

/** All branches of a mirror with their commits. */
async function headsOf(git: Git, mirror: string, signal: AbortSignal): Promise<Map<string, string>> {
  const format = "--format=%(objectname) %(refname:lstrip=2)";
  const list = await git(["for-each-ref", format, "refs/heads/"], {
    to: "list branches",
    gitDir: mirror,
    signal,
  });
  const lines = Buffer.from(list, "latin1").toString().split("\n");
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const space = line.indexOf(" ");
      return space === -1 ? [] : [[line.slice(space + 1), line.slice(0, space)]];
    }),
  );
}

/**
 * Our branch for this issue whose pull request is open: the one that a run before this pushed to, else one that is named
 * after it. The title may have changed since the branch was named.
 */
async function openBranch(
  { forge, signal, earlierBranches }: BeginningTools,
  run: Run,
  heads: ReadonlyMap<string, string>,
): Promise<{ branch: string; pullRequest: PullRequest } | undefined> {
  const stem = branchStem(run);
  const named = [...heads.keys()].filter((name) => name === stem || name.startsWith(`${stem}-`));
  const earlier = (await earlierBranches()).filter((name) => heads.has(name));
  for (const branch of new Set([...earlier, ...named])) {
    const pullRequest = await forge.findPullRequest(run.repo, branch, signal);
    if (pullRequest !== undefined) return { branch, pullRequest };
  }
  return undefined;
}
