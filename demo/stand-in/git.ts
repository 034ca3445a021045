import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Repository } from "./state.ts";

const run = promisify(execFile);

/** The bare repository of a repository. */
function gitDir(root: string, { fullName }: Pick<Repository, "fullName">): string {
  return join(root, `${fullName}.git`);
}

/** What git prints, or undefined where it exits with an error. */
async function git(
  root: string,
  repository: Pick<Repository, "fullName">,
  ...argv: string[]
): Promise<string | undefined> {
  try {
    const environment = { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
    const { stdout } = await run("git", ["--git-dir", gitDir(root, repository), ...argv], {
      env: environment,
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout;
  } catch {
    return undefined;
  }
}

/** The commit that a branch, tag or abbreviated id stands for. */
export async function commitOf(
  root: string,
  repository: Repository,
  revision: string,
): Promise<string | undefined> {
  const found = await git(
    root,
    repository,
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${revision}^{commit}`,
  );
  return found?.trim();
}

/** The head of a branch. */
export function branchHead(
  root: string,
  repository: Repository,
  branch: string,
): Promise<string | undefined> {
  return commitOf(root, repository, `refs/heads/${branch}`);
}

/** All branches with their heads, by name. */
export async function branchesOf(
  root: string,
  repository: Repository,
): Promise<{ name: string; sha: string }[]> {
  const format = "--format=%(refname:lstrip=2) %(objectname)";
  const listed = await git(root, repository, "for-each-ref", format, "refs/heads/");
  const lines = (listed ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [name = "", sha = ""] = line.split(" ");
    return { name, sha };
  });
}

/** Text of a file at a revision. */
export function fileAt(
  root: string,
  repository: Repository,
  revision: string,
  path: string,
): Promise<string | undefined> {
  return git(root, repository, "cat-file", "blob", `${revision}:${path}`);
}

/** How many commits `head` has that `base` lacks. */
export async function commitsBetween(
  root: string,
  repository: Repository,
  base: string,
  head: string,
): Promise<number> {
  const count = await git(root, repository, "rev-list", "--count", `${base}..${head}`);
  return Number(count ?? 0);
}

/** The newest commit that a branch and a commit have in common. */
export async function mergeBase(
  root: string,
  repository: Repository,
  branch: string,
  sha: string,
): Promise<string | undefined> {
  return (await git(root, repository, "merge-base", `refs/heads/${branch}`, sha))?.trim();
}

/** Names of the branches that a commit is in. */
export async function branchesWith(root: string, repository: Repository, sha: string): Promise<string[]> {
  const format = "--format=%(refname:lstrip=2)";
  const listed = await git(root, repository, "for-each-ref", format, "--contains", sha, "refs/heads/");
  return (listed ?? "").split("\n").filter((name) => name !== "");
}

/** A commit, as lists of commits show it. */
export interface Commit {
  readonly sha: string;
  readonly author: string;
  readonly email: string;
  /** ISO 8601. */
  readonly date: string;
  readonly subject: string;
}

/** The newest commits of a range such as `a..b`, newest first: `limit` of them at most. */
export async function commitsIn(
  root: string,
  repository: Repository,
  range: string,
  limit: number,
): Promise<Commit[]> {
  const format = "--format=%H%x00%an%x00%ae%x00%aI%x00%s";
  const listed = await git(root, repository, "log", format, `--max-count=${limit}`, range, "--");
  const lines = (listed ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [sha = "", author = "", email = "", date = "", subject = ""] = line.split("\0");
    return { sha, author, email, date, subject };
  });
}

/** Let a ref show what is on a branch: for ever within a repository, as it is now for a fork. */
export async function trackBranch(
  root: string,
  repository: Repository,
  ref: string,
  head: { repository: Repository; branch: string },
): Promise<void> {
  const branch = `refs/heads/${head.branch}`;
  if (head.repository === repository) await git(root, repository, "symbolic-ref", ref, branch);
  else await git(root, repository, "fetch", "--quiet", gitDir(root, head.repository), `+${branch}:${ref}`);
}
