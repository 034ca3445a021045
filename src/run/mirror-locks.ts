import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { processIds, readProcess } from "./proc.ts";

/** How often a mirror that another process is writing is tried again, and the pause before, in milliseconds. */
const LOCK_TRIES = 12;
const LOCK_PAUSE_MS = 500;
/** No git call of ours lives longer: a lock file of this age was left by a process that died. */
const STALE_LOCK_MS = 20 * 60_000;
/** One of this age whose process cannot be found was left, too, unless it is in another container: locks are held shortly. */
const ORPHANED_LOCK_MS = 3_000;

/** Repeat a call while another process holds a lock in the mirror; locks that a dead one left are taken away. */
export async function unlocked<T>(path: string, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      const locked = error instanceof Error && /\.lock'|cannot lock ref/i.test(error.message);
      if (!locked || tries === LOCK_TRIES) throw error;
      await removeStaleLocks(path);
      await wait(LOCK_PAUSE_MS, undefined, { signal });
    }
  }
}

async function removeStaleLocks(path: string): Promise<void> {
  const found: { lock: string; age: number }[] = [];
  for (const name of (await readdir(path, { recursive: true })).filter((one) => one.endsWith(".lock"))) {
    const lock = join(path, name);
    const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Infinity }));
    found.push({ lock, age: Date.now() - mtimeMs });
  }
  // Whoever held one of them was there before we look for it.
  const most = isWorkedOn(path) ? STALE_LOCK_MS : ORPHANED_LOCK_MS;
  for (const { lock } of found.filter(({ age }) => age > most)) await rm(lock, { force: true });
}

/** Whether a process names a mirror on its command line, as every git of ours does; true where nobody can tell. */
function isWorkedOn(path: string): boolean {
  const pids = processIds();
  return pids === undefined || pids.some((pid) => readProcess(pid, "cmdline").includes(path));
}
