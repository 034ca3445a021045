import { ForgehandError } from "../core/errors.ts";
import type { ForgeEvent, Repo } from "../core/event.ts";
import { shaOf } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { Git } from "./git.ts";
import { createGit } from "./git.ts";
import type { Guard } from "./guard.ts";
import type { Mirrors } from "./mirror.ts";
import { createMirrors, hasCommit } from "./mirror.ts";

/** Paths that are looked at: of a change of more nobody can say quickly what it is about. */
const MOST_PATHS = 10_000;

const SHA = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** Both ends of a change: what is pushed or proposed, and the commit or branch that it goes on from. */
interface Ends {
  readonly head: string;
  /** A ref that brings the head, where it is on no branch. */
  readonly headRef?: string;
  readonly base: { readonly sha: string } | { readonly branch: string };
}

/**
 * What tells the paths that a pull request or a push changes, by git, over the mirrors of `dataDir`: those that differ
 * between its head and the commit where it left its base. That is the target of a pull request, the commit before of a
 * push, and the default branch of a new branch. The same on every forge.
 *
 * Answers undefined where there are more than 10,000, or where it cannot be told: a commit is gone, or nothing is there
 * to compare with. Throws what may pass: what the forge throws, and GIT_FAILED where the network was to blame.
 */
export function createChangedPaths(
  dataDir: string,
  guard?: Guard,
): (forge: Forge, event: ForgeEvent, signal: AbortSignal) => Promise<readonly string[] | undefined> {
  const git = createGit(dataDir, guard);
  const mirrors = createMirrors(dataDir);
  return async (forge, event, signal) => {
    const ends = await endsOf(forge, event, signal);
    if (ends === undefined) return undefined;
    try {
      return await compare({ git, mirrors, forge, signal }, event.repo, ends);
    } catch (error) {
      signal.throwIfAborted();
      const isForGood = error instanceof ForgehandError && error.code === "GIT_FAILED" && !error.retryable;
      if (isForGood) return undefined;
      throw error;
    }
  };
}

async function endsOf(forge: Forge, event: ForgeEvent, signal: AbortSignal): Promise<Ends | undefined> {
  const head = shaOf(event) ?? "";
  if (!SHA.test(head)) return undefined;
  const pullRequest = "pullRequest" in event ? event.pullRequest : undefined;
  if (pullRequest !== undefined) {
    const { number, target } = pullRequest;
    if (target === undefined) return undefined;
    await forge.refreshPullRequestRef?.(event.repo, number, signal);
    return { head, headRef: forge.pullRequestRef(number), base: { branch: target.branch } };
  }
  if (event.kind !== "push") return undefined;
  if (event.before !== undefined && SHA.test(event.before)) return { head, base: { sha: event.before } };
  const branch = await forge.defaultBranch(event.repo, signal);
  // A first push has nothing before it.
  return event.ref === `refs/heads/${branch}` ? undefined : { head, base: { branch } };
}

async function compare(
  tools: { git: Git; mirrors: Mirrors; forge: Forge; signal: AbortSignal },
  repo: Repo,
  { head, headRef, base }: Ends,
): Promise<readonly string[] | undefined> {
  const { git, mirrors, forge, signal } = tools;
  const mirror = await mirrors.refresh(forge, repo, { git, ref: headRef, sha: head, signal });
  const call = { to: "compare the commits", gitDir: mirror, signal };
  if ("sha" in base && !(await hasCommit(git, mirror, base.sha, signal))) {
    await mirrors.refresh(forge, repo, { git, sha: base.sha, signal });
  }
  const from = "sha" in base ? base.sha : `refs/heads/${base.branch}`;
  const left = (await git(["merge-base", from, head], call)).trim();
  const list = await git(["diff-tree", "-r", "-z", "--name-only", "--no-renames", left, head], call);
  const paths = Buffer.from(list, "latin1")
    .toString()
    .split("\0")
    .filter((path) => path !== "");
  return paths.length > MOST_PATHS ? undefined : paths;
}
