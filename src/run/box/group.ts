import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** Where control groups are kept: version 2 at the top, the counter of processes of version 1 in a folder of its own. */
const UNIFIED = "/sys/fs/cgroup";
const PIDS_OF_VERSION_1 = "/sys/fs/cgroup/pids";
const NAME = /^forgehand-(\d+)-/;

/** A control group of one box. */
export interface Group {
  /** Words before those of a command that put it into the group before it becomes the command. */
  readonly words: readonly string[];
  close(): Promise<void>;
}

/**
 * Make a control group of at most so many processes and threads. The kernel's limit for an account (RLIMIT_NPROC, see
 * getrlimit(2)) does not hold for the system's root, who in turn may make control groups. Undefined for every other
 * account, and where root may not make them, as in most containers.
 */
export async function openGroup(processes: number): Promise<Group | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const top = await groupsTop();
  if (top === undefined) return undefined;
  try {
    await removeDead(top);
    const folder = join(top, `forgehand-${process.pid}-${randomUUID()}`);
    await mkdir(folder);
    await writeFile(join(folder, "pids.max"), String(processes));
    const words = ["/bin/sh", "-euc", 'echo 0 >"$0/cgroup.procs"; exec "$@"', folder];
    return { words, close: () => remove(folder) };
  } catch {
    // Read-only, or not ours after all.
    return undefined;
  }
}

async function groupsTop(): Promise<string | undefined> {
  const handedOn = await readFile(join(UNIFIED, "cgroup.subtree_control"), "utf8").catch(() => "");
  if (handedOn.split(/\s/).includes("pids")) return UNIFIED;
  return existsSync(join(PIDS_OF_VERSION_1, "cgroup.procs")) ? PIDS_OF_VERSION_1 : undefined;
}

/** Remove the groups of processes of ours that were killed. */
async function removeDead(top: string): Promise<void> {
  for (const name of await readdir(top)) {
    const [, pid] = NAME.exec(name) ?? [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) await rmdir(join(top, name)).catch(() => undefined);
  }
}

/** A group is busy for a moment after its last process is gone. */
async function remove(folder: string): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    try {
      await rmdir(folder);
      return;
    } catch {
      await wait(20);
    }
  }
}
