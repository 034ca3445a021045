import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
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
import type { Workspace } from "./workspace.ts";

/** A name and address that commits are made under. */
export interface Author {
  readonly name: string;
  readonly email: string;
}

/** Where a run begins. */
export interface Start {
  /** The commit in the work tree. */
  readonly sha: string;
  /** A repository of ours and the commit in it whose rules for agents count: never that of somebody's proposal. */
  readonly rules: { readonly gitDir: string; readonly commit: string };
  /** What its changes will become; absent for a run that publishes nothing. */
  readonly publish?: Publication;
}

export interface Publication {
  readonly branch: string;
  /** The branch that a pull request shall go into. */
  readonly base: string;
  /** Where the branch stood when we looked; empty where there was none. A push expects it there. */
  readonly lease: string;
  /** The open pull request that the run goes on with. */
  readonly pullRequest?: PullRequest;
  readonly author: Author;
  /** Packs that the work tree's own git dir had before the command started. */
  readonly packs: ReadonlySet<string>;
}

/** How long a commit that a delivery told of may take to be seen, and how often we look, in milliseconds. */
export interface Patience {
  readonly every: number;
  readonly within: number;
}

/** Forges tell of a push before all of their machines have it. As patient as Rancher Fleet. */
export const PATIENCE: Patience = { every: 2_000, within: 30_000 };

export interface CheckoutTools {
  /** How the changes are to be proposed. */
  readonly proposal: Pick<Proposal, "base" | "branch">;
  /** Who commits are by, where the owner says so; else the account of the forge. */
  readonly author: Author | undefined;
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

/**
 * Fill a workspace: the work tree with an ordinary `.git` of its own, and for a run that publishes our git dir beside
 * it. Both are copies of the mirror that share nothing with it. Throws GIT_FAILED and what the forge throws.
 */
export async function checkOut(tools: CheckoutTools, run: Run, workspace: Workspace): Promise<Start> {
  if (!run.publishes) {
    const { event, sha } = run;
    const open = sha === undefined && (event.kind === "schedule" || event.kind === "manual");
    return open ? startFromRef(tools, run, workspace) : startFromCommit(tools, run, workspace);
  }
  const begin = await (run.thread?.kind === "pull_request" ? ofPullRequest : ofBranch)(tools, run);
  const { repo } = run;
  const { forge, signal } = tools;
  const author = tools.author ?? authorOf(await forge.self(signal), forge.gitUrl(repo));
  const { mirror, sha, branch, base } = begin;
  await fillWorkTree(tools, { mirror, sha, branch, base, url: forge.gitUrl(repo), author }, workspace);
  await copy(tools, mirror, { gitDir: workspace.git, bare: true }, [`+${sha}:refs/heads/start`]);
  const packs = new Set(await readdir(join(workspace.work, ".git/objects/pack")));
  const { lease, pullRequest } = begin;
  const rules = { gitDir: mirror, commit: begin.trusted };
  return { sha, rules, publish: { branch, base, lease, pullRequest, author, packs } };
}

/** The commit that a run begins on, and the branch that its changes are pushed to. */
interface Begin extends Pick<Publication, "branch" | "base" | "lease" | "pullRequest"> {
  readonly mirror: string;
  readonly sha: string;
  /** The head of the branch that it goes into. */
  readonly trusted: string;
}

/** A run from an issue: on the base branch, or on our branch where its pull request is still open. */
async function ofBranch(tools: CheckoutTools, run: Run): Promise<Begin> {
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
  return {
    mirror,
    sha,
    trusted: heads.get(base) ?? sha,
    branch,
    base,
    lease,
    pullRequest: open?.pullRequest,
  };
}

/**
 * A branch whose name the owner's template made may be somebody else's: nothing is pushed over what we did not push.
 * Throws GIT_FAILED.
 */
async function mustBeOurs(
  { proposal, isOurs }: CheckoutTools,
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
async function ofPullRequest({ git, mirrors, forge, signal }: CheckoutTools, run: Run): Promise<Begin> {
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
  return { mirror, sha, trusted, branch, base: target.branch, lease: sha, pullRequest };
}

/** A run of a schedule, or one that was started by hand: on the head of the ref that it names, else of the default branch. */
async function startFromRef(tools: CheckoutTools, run: Run, workspace: Workspace): Promise<Start> {
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
  const url = forge.gitUrl(repo);
  await fillWorkTree(tools, { mirror, sha, url, author: anonymous(url) }, workspace);
  return { sha, rules: { gitDir: mirror, commit: sha } };
}

/** A run on a pull request, a push, a tag or a check: on exactly the commit that it is about. */
async function startFromCommit(tools: CheckoutTools, run: Run, workspace: Workspace): Promise<Start> {
  const { forge, signal } = tools;
  const { repo, sha = "" } = run;
  if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(sha)) {
    throw new ForgehandError("GIT_FAILED", "The event named no commit, so there is nothing to check out.");
  }
  const number = pullRequestOf(run);
  if (number !== undefined) await forge.refreshPullRequestRef?.(repo, number, signal);
  const mirror = await mirrorWith(tools, run, sha);
  const url = forge.gitUrl(repo);
  await fillWorkTree(tools, { mirror, sha, url, author: anonymous(url) }, workspace);
  return { sha, rules: { gitDir: mirror, commit: await trustedCommit(tools, run, { mirror, sha }) } };
}

/** The commit whose rules count: for a pull request that of the branch that it goes into, else the one that is run. */
async function trustedCommit(
  { git, forge, signal }: CheckoutTools,
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
async function mirrorWith(tools: CheckoutTools, run: Run, sha: string): Promise<string> {
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
  { forge, signal, earlierBranches }: CheckoutTools,
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

interface Fill {
  readonly mirror: string;
  readonly sha: string;
  readonly branch?: string;
  readonly base?: string;
  readonly url: string;
  readonly author: Author;
}

/** Make the clone for the command: all branches, the commit checked out, an origin without credentials. */
async function fillWorkTree(tools: CheckoutTools, fill: Fill, { work }: Workspace): Promise<void> {
  const { git, signal } = tools;
  const gitDir = join(work, ".git");
  await copy(tools, fill.mirror, { gitDir, bare: false }, [
    "+refs/heads/*:refs/remotes/origin/*",
    `+${fill.sha}:refs/forgehand/start`,
  ]);
  const call = { to: "check out the commit", gitDir, workTree: work, cwd: work, signal };
  const where = fill.branch === undefined ? ["--detach"] : ["-B", fill.branch];
  await git(["checkout", "--quiet", "--force", ...where, "refs/forgehand/start"], call);
  await git(["update-ref", "-d", "refs/forgehand/start"], call);
  await git(["remote", "add", "origin", fill.url], call);
  await git(["config", "user.name", fill.author.name], call);
  await git(["config", "user.email", fill.author.email], call);
  if (fill.base !== undefined) {
    await git(["symbolic-ref", "refs/remotes/origin/HEAD", `refs/remotes/origin/${fill.base}`], call);
  }
}

/** Copy refs of the mirror into a new repository, object by object: it shares no file with the mirror. */
async function copy(
  { git, signal }: CheckoutTools,
  mirror: string,
  { gitDir, bare }: { gitDir: string; bare: boolean },
  refspecs: readonly string[],
): Promise<void> {
  const to = "copy the mirror";
  const where = bare ? ["--bare", gitDir] : [dirname(gitDir)];
  await git(["init", "--quiet", "--template=", ...where], { to, signal });
  // What is in the mirror was checked when it came in. One pack, so that we know later which objects we gave.
  const settings = ["-c", "transfer.fsckObjects=false", "-c", "fetch.unpackLimit=1"];
  const words = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", mirror, ...refspecs];
  await git([...settings, ...words], { to, gitDir, signal, local: true });
}

/** The author of commits that nobody will see. */
const anonymous = (gitUrl: string): Author => ({
  name: "forgehand",
  email: `forgehand@${new URL(gitUrl).hostname}`,
});

/** The account of a forge as an author, with the address that forges know their accounts by. */
function authorOf({ id, login }: { id: string; login: string }, gitUrl: string): Author {
  return { name: login, email: `${id}+${login}@users.noreply.${new URL(gitUrl).hostname}` };
}
