import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";
import { join } from "node:path";

import type { Author } from "./checkout.ts";
import type { Git, GitCall } from "./git.ts";
import type { SignWith } from "./sign.ts";
import { withSigning } from "./sign.ts";
import type { Workspace } from "./workspace.ts";

/** The mode of a submodule's entry in the index. */
const GITLINK = "160000";

/** What a work tree holds as one tree of git. */
export interface Taken {
  readonly tree: string;
  /** Folders with a git repository of their own, which were left out. */
  readonly leftOut: readonly string[];
}

/**
 * Write the work tree as it is into our git dir, over the tree of `head`. By plumbing alone: `git add` and `git status`
 * would look into nested repositories by running git there, with whatever configuration they have.
 */
export async function takeTree(
  git: Git,
  workspace: Workspace,
  { head, signal }: { head: string; signal: AbortSignal },
): Promise<Taken> {
  const call: GitCall = {
    to: "read the changes",
    gitDir: workspace.git,
    workTree: workspace.work,
    cwd: workspace.work,
    environment: { GIT_INDEX_FILE: workspace.index },
    signal,
  };
  await git(["read-tree", head], call);
  const kinds = createKinds(workspace.work);
  const gone: string[] = [];
  const present: string[] = [];
  for (const entry of split(await git(["ls-files", "-z", "--stage", "-m", "-d"], call))) {
    const path = entry.slice(entry.indexOf("\t") + 1);
    const kind = await kinds(path);
    if (kind === "file") present.push(path);
    else if (kind !== "folder" || !entry.startsWith(GITLINK)) gone.push(path);
  }
  const leftOut: string[] = [];
  for (const path of split(await git(["ls-files", "-z", "-o", "--exclude-standard"], call))) {
    const kind = await kinds(path);
    if (kind === "file") present.push(path);
    else if (kind === "folder") leftOut.push(path.replace(/\/$/, ""));
  }
  if (gone.length > 0) {
    await git(["update-index", "-z", "--force-remove", "--stdin"], { ...call, input: joined(gone) });
  }
  if (present.length > 0) {
    await git(["update-index", "-z", "--add", "--replace", "--stdin"], { ...call, input: joined(present) });
  }
  const tree = (await git(["write-tree"], call)).trim();
  return { tree, leftOut: leftOut.map((path) => Buffer.from(path, "latin1").toString()) };
}

/** A commit of a tree on top of another commit; that other one where the tree is the same. */
export async function commitTree(
  git: Git,
  workspace: Workspace,
  {
    tree,
    head,
    message,
    author,
    sign,
    signal,
  }: {
    tree: string;
    head: string;
    message: string;
    author: Author;
    sign: SignWith | undefined;
    signal: AbortSignal;
  },
): Promise<string> {
  const call = { to: "commit the changes", gitDir: workspace.git, signal };
  if ((await git(["rev-parse", `${head}^{tree}`], call)).trim() === tree) return head;
  const { name, email } = author;
  const environment = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
  const input = Buffer.from(message);
  const words = ["commit-tree", tree, "-p", head, "-F", "-"];
  if (sign === undefined) return (await git(words, { ...call, environment, input })).trim();
  return withSigning(workspace.keys, sign, async (signing) => {
    const all = { ...environment, ...signing.environment };
    const signed = [...signing.settings, ...words.slice(0, 1), "-S", ...words.slice(1)];
    return (await git(signed, { ...call, environment: all, input })).trim();
  });
}

/** Paths are bytes: here each byte is one character (latin1). */
const split = (list: string): string[] => [...new Set(list.split("\0").filter((path) => path !== ""))];
const joined = (paths: readonly string[]): Buffer => Buffer.from(paths.join("\0") + "\0", "latin1");

type Kind = "file" | "folder" | "gone";

/** What is at a path of the work tree, where every folder above it is a real one. Links count as files. */
function createKinds(root: string): (path: string) => Promise<Kind> {
  const folders = new Map<string, Promise<boolean>>();
  const at = (path: string): Promise<Stats | undefined> =>
    lstat(Buffer.concat([Buffer.from(join(root, "/")), Buffer.from(path, "latin1")])).catch(() => undefined);
  const isFolder = (path: string): Promise<boolean> => {
    if (path === "") return Promise.resolve(true);
    const known = folders.get(path) ?? look(path);
    folders.set(path, known);
    return known;
  };
  const look = async (path: string): Promise<boolean> =>
    (await isFolder(parentOf(path))) && (await at(path))?.isDirectory() === true;
  return async (path) => {
    const plain = path.replace(/\/$/, "");
    if (!(await isFolder(parentOf(plain)))) return "gone";
    const stats = await at(plain);
    if (stats?.isDirectory() === true) return "folder";
    return stats?.isFile() === true || stats?.isSymbolicLink() === true ? "file" : "gone";
  };
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
