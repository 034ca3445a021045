import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import type { Git } from "./git.ts";
import { killAll } from "./strays.ts";

/** The folders of one attempt of a run. Only `work`, `files`, `home` and `tmp` are the command's business. */
export interface Workspace {
  readonly root: string;
  /** The clone that the command runs in. */
  readonly work: string;
  /** What it is given to read, and `summary.md` that it may write. */
  readonly files: string;
  readonly home: string;
  readonly tmp: string;
  /** Our own git dir, which the command has no business in. */
  readonly git: string;
  /** Where objects that the command made wait to be checked. */
  readonly incoming: string;
  /** Where a key that signs commits lies while it does. */
  readonly keys: string;
  /** Our own index over the work tree. */
  readonly index: string;
}

/** The variable by which a command and all that it started know their workspace, and by which we know them and our git. */
export const WORKSPACE_VARIABLE = "FORGEHAND_WORKSPACE";

/** Make the folders of an attempt. What dead attempts of the same run left is removed first, their processes too. */
export async function openWorkspace(dataDir: string, run: number, attempt: string): Promise<Workspace> {
  await removeLeftovers(dataDir, run);
  const root = join(dataDir, "runs", `${run}-${attempt}`);
  return make(foldersOf(root));
}

/** Folders of their own for another try within an attempt; they go with the attempt's. */
export async function openInner({ root }: Workspace, name: string): Promise<Workspace> {
  return make(foldersOf(join(root, name)));
}

async function make(workspace: Workspace): Promise<Workspace> {
  const { root, work, files, home, tmp } = workspace;
  await mkdir(root, { recursive: true, mode: 0o700 });
  await Promise.all(
    [work, files, home, tmp].map((folder) => mkdir(folder, { recursive: true, mode: 0o700 })),
  );
  return workspace;
}

/** Git whose processes end with a workspace, also those that a worker that was killed left waiting for the forge. */
export function gitIn({ work }: Workspace, git: Git): Git {
  return (args, call) =>
    git(args, { ...call, environment: { ...call.environment, [WORKSPACE_VARIABLE]: work } });
}

/** Remove what dead attempts of a run left: folders and processes. */
export async function removeLeftovers(dataDir: string, run: number): Promise<void> {
  for (const { name, run: of } of await leftovers(dataDir)) {
    if (of === run) await removeWorkspace(join(dataDir, "runs", name));
  }
}

const foldersOf = (root: string): Workspace => ({
  root,
  work: join(root, "work"),
  files: join(root, "files"),
  home: join(root, "home"),
  tmp: join(root, "tmp"),
  git: join(root, "git"),
  incoming: join(root, "incoming"),
  keys: join(root, "keys"),
  index: join(root, "index"),
});

/**
 * Remove an attempt's folders, whatever rights its command gave them, and end what still runs in them; not `inUse` where
 * nothing does for certain, so that nobody has to look.
 */
export async function removeWorkspace(root: string, { inUse = true } = {}): Promise<void> {
  if (inUse) await killAll({ mark: `${WORKSPACE_VARIABLE}=${foldersOf(root).work}` });
  try {
    await rm(root, { recursive: true, force: true });
  } catch {
    await openFolders(root);
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * Remove the workspaces of runs that nobody works on, at start-up. `isAlive` says whether a run is being worked on, by
 * another process perhaps.
 */
export async function cleanWorkspaces(
  dataDir: string,
  isAlive: (run: number) => Promise<boolean>,
): Promise<void> {
  for (const { name, run } of await leftovers(dataDir)) {
    if (!(await isAlive(run))) await removeWorkspace(join(dataDir, "runs", name));
  }
}

async function leftovers(dataDir: string): Promise<{ name: string; run: number }[]> {
  const names = await readdir(join(dataDir, "runs")).catch(() => []);
  return names.flatMap((name) => {
    const [, run] = /^(\d+)-/.exec(name) ?? [];
    return run === undefined ? [] : [{ name, run: Number(run) }];
  });
}

/** Give ourselves the right to empty every folder below one: module caches like to be read-only. */
async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(folder, entry.name));
  }
}
