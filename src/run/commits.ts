import { constants } from "node:fs";
import { copyFile, lstat, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ForgehandError } from "../core/errors.ts";
import type { Git } from "./git.ts";
import { isFolder, readHead } from "./head.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Bring the commits that a command made into our git dir, and return the commit that its HEAD names: `start` where it
 * made none. Its git dir is data: we read files of it and run no git on it. What comes in is checked by git on the way.
 */
export async function takeCommits(
  git: Git,
  workspace: Workspace,
  { start, packs, signal }: { start: string; packs: ReadonlySet<string>; signal: AbortSignal },
): Promise<string> {
  const theirs = join(workspace.work, ".git");
  const head = await readHead(theirs);
  if (head === undefined || head === start) return start;
  await takeObjects(git, join(theirs, "objects"), workspace, { packs, signal });
  try {
    const refspec = `+${head}:refs/heads/made`;
    const call = { to: "take over its commits", gitDir: workspace.git, signal, local: true };
    await git(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", workspace.incoming, refspec], call);
  } catch (error) {
    signal.throwIfAborted();
    const message = `The command left commits that git does not accept. ${error instanceof Error ? error.message : ""}`;
    throw new ForgehandError("GIT_FAILED", message, { cause: error });
  }
  return head;
}

/** Copy objects into a repository of ours that has nothing else of theirs: no links, no alternates, no index files. */
async function takeObjects(
  git: Git,
  objects: string,
  { incoming, git: ours }: Workspace,
  { packs, signal }: { packs: ReadonlySet<string>; signal: AbortSignal },
): Promise<void> {
  const to = "take over its commits";
  await git(["init", "--quiet", "--bare", "--template=", incoming], { to, signal });
  await git(["config", "uploadpack.allowAnySHA1InWant", "true"], { to, signal, gitDir: incoming });
  // What the new commits stand on is in our git dir already.
  await mkdir(join(incoming, "objects/info"), { recursive: true });
  await writeFile(join(incoming, "objects/info/alternates"), `${join(ours, "objects")}\n`);
  for (const folder of await plainNames(objects, /^[0-9a-f]{2}$/, isFolder)) {
    await mkdir(join(incoming, "objects", folder), { recursive: true });
    for (const name of await plainNames(join(objects, folder), /^[0-9a-f]{38}$/, isFile)) {
      await copy(join(objects, folder, name), join(incoming, "objects", folder, name));
    }
  }
  const pack = join(objects, "pack");
  for (const name of await plainNames(pack, /^pack-[0-9a-f]{40}\.pack$/, isFile)) {
    if (packs.has(name)) continue;
    const copied = join(incoming, "objects", "pack", name);
    await copy(join(pack, name), copied);
    await git(["index-pack", copied], { to, gitDir: incoming, signal });
  }
}

/** Names in a folder that match and are what they should be; none where the folder itself is a link. */
async function plainNames(
  folder: string,
  pattern: RegExp,
  is: (path: string) => Promise<boolean>,
): Promise<string[]> {
  if (!(await isFolder(folder))) return [];
  const names = (await readdir(folder)).filter((name) => pattern.test(name));
  const fitting = await Promise.all(names.map((name) => is(join(folder, name))));
  return names.filter((_, index) => fitting[index]);
}

const isFile = async (path: string): Promise<boolean> => (await lstat(path)).isFile();

const copy = (from: string, to: string): Promise<void> => copyFile(from, to, constants.COPYFILE_EXCL);
