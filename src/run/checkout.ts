import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Run } from "../core/run.ts";
import type { Beginning, BeginningTools } from "./beginning.ts";
import { beginningOf } from "./beginning.ts";
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

/** What the changes of a run become. */
export interface Publication extends NonNullable<Beginning["to"]> {
  readonly author: Author;
  /** Packs that the work tree's own git dir had before the command started. */
  readonly packs: ReadonlySet<string>;
}

/** What a checkout needs. */
export interface CheckoutTools extends BeginningTools {
  /** Who commits are by, where the owner says so; else the account of the forge. */
  readonly author: Author | undefined;
}

/**
 * Fill a workspace: the work tree with an ordinary `.git` of its own, and for a run that publishes our git dir beside
 * it. Both are copies of the mirror that share nothing with it. Throws GIT_FAILED and what the forge throws.
 */
export async function checkOut(tools: CheckoutTools, run: Run, workspace: Workspace): Promise<Start> {
  const { forge, signal } = tools;
  const { mirror, sha, trusted, to } = await beginningOf(tools, run);
  const rules = { gitDir: mirror, commit: trusted };
  const url = forge.gitUrl(run.repo);
  if (to === undefined) {
    await fillWorkTree(tools, { mirror, sha, url, author: anonymous(url) }, workspace);
    return { sha, rules };
  }
  const author = tools.author ?? authorOf(await forge.self(signal), url);
  const { branch, base } = to;
  await fillWorkTree(tools, { mirror, sha, branch, base, url, author }, workspace);
  await copy(tools, mirror, { gitDir: workspace.git, bare: true }, [`+${sha}:refs/heads/start`]);
  const packs = new Set(await readdir(join(workspace.work, ".git/objects/pack")));
  return { sha, rules, publish: { ...to, author, packs } };
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
