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
export async function commit(path: string, one: Commit): Promise<string> {
  const [made] = await commits(path, [one]);
  if (made === undefined) throw new Error(`git fast-import wrote no commit to ${one.branch}`);
  return made;
}

/** Write many commits, each on a branch of its own, by one git; the answer is their ids, in the same order. */
export async function commits(path: string, all: readonly Commit[]): Promise<string[]> {
  const before = await headsOf(path);
  const text = all.map((one) => commitText(one, before.get(one.from ?? one.branch))).join("");
  const writing = run("git", ["--git-dir", path, "fast-import", "--quiet", "--force"], { env: environment });
  writing.child.stdin?.end(text);
  await writing;
  const after = await headsOf(path);
  return all.flatMap(({ branch }) => after.get(branch) ?? []);
}

/** A commit as `git fast-import` reads it. */
function commitText({ branch, message, files }: Commit, parent: string | undefined): string {
  const lines = [
    `commit refs/heads/${branch}`,
    `committer Codertocat <codertocat@users.noreply.github.com> ${Math.floor(Date.now() / 1_000)} +0000`,
    data(message),
    ...(parent === undefined ? [] : [`from ${parent}`]),
    ...Object.entries(files).map(([name, text]) => `M 100644 inline ${name}\n${data(text)}`),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** The heads of all branches, by their names. */
async function headsOf(path: string): Promise<Map<string, string>> {
  const format = "--format=%(refname:lstrip=2) %(objectname)";
  const listed = await git("--git-dir", path, "for-each-ref", format, "refs/heads/");
  const lines = listed.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => line.split(" ") as [string, string]));
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
