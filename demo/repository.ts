import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const environment = {
  PATH: process.env.PATH,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
};

/** A commit to write: its files lie over those of the branch that it starts from. */
export interface Commit {
  readonly branch: string;
  /** Branch that it starts from; the branch itself where that exists, else nothing. */
  readonly from?: string;
  readonly message: string;
  /** Texts by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** Make the bare repository `<root>/<full name>.git`; the answer is its path. */
export async function makeBareRepository(root: string, fullName: string, branch: string): Promise<string> {
  const path = join(root, `${fullName}.git`);
  await mkdir(dirname(path), { recursive: true });
  await git("init", "--quiet", "--bare", "--initial-branch", branch, path);
  return path;
}

/** Write a commit straight into a bare repository, without a clone; the answer is its id. */
export async function commit(
  path: string,
  { branch, from = branch, message, files }: Commit,
): Promise<string> {
  const ref = `refs/heads/${branch}`;
  const parent = await headOf(path, from);
  const lines = [
    `commit ${ref}`,
    `committer Codertocat <codertocat@users.noreply.github.com> ${Math.floor(Date.now() / 1_000)} +0000`,
    data(message),
    ...(parent === undefined ? [] : [`from ${parent}`]),
    ...Object.entries(files).map(([name, text]) => `M 100644 inline ${name}\n${data(text)}`),
    "",
  ];
  const writing = run("git", ["--git-dir", path, "fast-import", "--quiet", "--force"], { env: environment });
  writing.child.stdin?.end(lines.join("\n"));
  await writing;
  const made = await headOf(path, branch);
  if (made === undefined) throw new Error(`git fast-import wrote no commit to ${branch}`);
  return made;
}

/** The head of a branch; undefined where there is none. */
export async function headOf(path: string, branch: string): Promise<string | undefined> {
  const listed = await git(
    "--git-dir",
    path,
    "for-each-ref",
    "--format=%(objectname)",
    `refs/heads/${branch}`,
  );
  return listed.trim() === "" ? undefined : listed.trim();
}

/** Names of the branches that begin so, without `refs/heads/`. */
export async function branchesBelow(path: string, prefix: string): Promise<string[]> {
  const listed = await git("--git-dir", path, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/");
  return listed.split("\n").filter((name) => name.startsWith(prefix));
}

/** Text of a file at a revision. Throws where there is none. */
export function readAt(path: string, revision: string, file: string): Promise<string> {
  return git("--git-dir", path, "show", `${revision}:${file}`);
}

async function git(...argv: string[]): Promise<string> {
  const { stdout } = await run("git", argv, { env: environment });
  return stdout;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}
