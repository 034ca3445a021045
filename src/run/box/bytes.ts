import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of the blocks that files are counted in (stat(2)). */
const BLOCK = 512;

/**
 * Bytes that folders take on the disk, a file with several names once; counting ends as soon as it is more than `most`,
 * or when `signal` is aborted. A folder that shuts us out counts as endless, so that nothing can be kept unseen.
 */
export async function bytesIn(
  folders: readonly string[],
  { most, signal }: { most: number; signal: AbortSignal },
): Promise<number> {
  const seen = new Set<string>();
  const left = [...folders];
  let bytes = 0;
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    const names = await namesIn(folder);
    if (names === "closed") return Infinity;
    for (const name of names) {
      if (bytes > most || signal.aborted) return bytes;
      const path = join(folder, name);
      const found = await lstat(path).catch(() => undefined);
      if (found === undefined) continue;
      const { dev, ino, nlink, blocks } = found;
      if (found.isDirectory()) left.push(path);
      else if (nlink > 1) {
        const key = `${dev}:${ino}`;
        if (seen.has(key)) continue;
        seen.add(key);
      }
      bytes += blocks * BLOCK;
    }
  }
  return bytes;
}

async function namesIn(folder: string): Promise<string[] | "closed"> {
  try {
    return await readdir(folder);
  } catch (error) {
    // What is gone meanwhile takes nothing.
    return (error as NodeJS.ErrnoException).code === "EACCES" ? "closed" : [];
  }
}
