import { ForgehandError, messageOf } from "../core/errors.ts";
import type { Repo } from "../core/event.ts";
import type { Forge } from "../core/forge.ts";
import type { Git } from "./git.ts";

export interface Push {
  readonly gitDir: string;
  readonly sha: string;
  readonly branch: string;
  /** Where the branch must stand for the push to go through; empty where it must not be there. */
  readonly lease: string;
}

/**
 * Push a commit to a branch of ours. Safe to repeat: a branch that stands there already is a success, since an answer
 * may have been lost. Throws GIT_FAILED where the forge refuses, retryable where it did not get that far.
 */
export async function push(
  { git, forge, signal }: { git: Git; forge: Forge; signal: AbortSignal },
  repo: Repo,
  { gitDir, sha, branch, lease }: Push,
): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const url = forge.gitUrl(repo);
  const credentials = await forge.gitCredentials(repo, "push", signal);
  const call = { to: `push to ${branch}`, gitDir, signal, remote: { url, credentials } };
  const words = ["push", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed"];
  try {
    await git([...words, `--force-with-lease=${ref}:${lease}`, url, `${sha}:${ref}`], call);
  } catch (error) {
    signal.throwIfAborted();
    const there = await git(["ls-remote", url, ref], call).catch(() => "");
    if (there.startsWith(`${sha}\t`)) return;
    const moved = messageOf(error).includes("(stale info)");
    throw moved ? movedMeanwhile(branch, error) : error;
  }
}

function movedMeanwhile(branch: string, cause: unknown): ForgehandError {
  const message = `The branch ${branch} was changed by somebody else while the command ran, so nothing was pushed over it. Ask again to go on from there.`;
  return new ForgehandError("GIT_FAILED", message, { cause });
}
