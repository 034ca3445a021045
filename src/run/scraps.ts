import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How old a folder of a process that is gone has to be (ms): one in another container may have a number that is ours. */
const OLD_MS = 86_400_000;

const NAME = /^forgehand-[a-z]+-(\d+)-/;

/**
 * Make a folder for a moment, in the system's own place for such things, whose path is short enough for a Unix socket
 * (108 bytes, unix(7)). Whoever makes it removes it; where that process is killed, `cleanScraps` does, some day.
 */
export function makeScrap(what: "box" | "probe" | "agent" | "key"): Promise<string> {
  return mkdtemp(join(tmpdir(), `forgehand-${what}-${process.pid}-`));
}

/** Remove what processes left that were killed. What is another account's stays. */
export async function cleanScraps(now = Date.now()): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = NAME.exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(tmpdir(), name);
    const { mtimeMs, uid } = await stat(path).catch(() => GONE);
    if (uid === process.getuid?.() && now - mtimeMs > OLD_MS)
      await rm(path, { recursive: true, force: true });
  }
}

/** One that somebody else removed meanwhile. */
const GONE = { mtimeMs: Infinity, uid: -1 };

/** Whether there is a process of a number, be it somebody else's. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
