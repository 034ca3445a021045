import { randomUUID } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Git } from "./git.ts";
import { lastUse } from "./mirror.ts";

/**
 * A mirror that was used within this time is in use (ms): a run copies what it needs right after it has fetched, and no call
 * of git lives half as long.
 */
const IN_USE_MS = 3_600_000;

/** Packs of a mirror above which git puts them together: each fetch of something new leaves one. */
const MOST_PACKS = 20;

/** What looking after mirrors needs. */
export interface CareTools {
  readonly dataDir: string;
  /** Bytes of all of them; undefined: any size. */
  readonly most: number | undefined;
  readonly git: Git;
  readonly log: Log;
  readonly signal: AbortSignal;
}

interface Mirror {
  readonly path: string;
  readonly usedAt: number;
  readonly bytes: number;
}

/**
 * Look after the mirrors of a data folder: what died half-made goes, then the least recently used ones while all are larger
 * than they may be, and what is left is put into few packs. One that is in use is left alone, be it too large. Other
 * processes may do the same at the same time.
 */
export async function careForMirrors(tools: CareTools): Promise<void> {
  const { most, signal } = tools;
  const mirrors = await findMirrors(tools);
  let bytes = mirrors.reduce((sum, mirror) => sum + mirror.bytes, 0);
  for (const mirror of mirrors.toSorted((one, other) => one.usedAt - other.usedAt)) {
    signal.throwIfAborted();
    if (isInUse(mirror.usedAt)) continue;
    if (most === undefined || bytes <= most) await repack(tools, mirror);
    else if (await removeMirror(mirror)) {
      tools.log.info({ mirror: mirror.path, bytes: mirror.bytes }, "mirror pruned");
      bytes -= mirror.bytes;
    }
  }
}

const isInUse = (usedAt: number): boolean => Date.now() - usedAt < IN_USE_MS;

async function findMirrors({ dataDir, log, signal }: CareTools): Promise<Mirror[]> {
  const folder = join(dataDir, "mirrors");
  const mirrors: Mirror[] = [];
  for (const forge of await readdir(folder).catch(() => [])) {
    for (const name of await readdir(join(folder, forge)).catch(() => [])) {
      signal.throwIfAborted();
      const path = join(folder, forge, name);
      if (name.endsWith(".git")) {
        mirrors.push({ path, usedAt: await lastUse(path), bytes: await sizeOf(path) });
      } else if (!isInUse(await lastUse(path))) {
        await rm(path, { recursive: true, force: true });
        log.info({ folder: path }, "what was left of a mirror is removed");
      }
    }
  }
  return mirrors;
}

/** Bytes on disk of everything in a folder. What goes meanwhile counts for nothing. */
async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  let blocks = 0;
  for (const name of names)
    blocks += await stat(join(folder, name)).then(
      (one) => one.blocks,
      () => 0,
    );
  return blocks * 512;
}

/**
 * Remove a mirror: out of the way first, so that a run that begins now makes a new one. False where one began meanwhile, or
 * another process was faster.
 */
async function removeMirror({ path, usedAt }: Mirror): Promise<boolean> {
  const gone = `${path}.${randomUUID()}`;
  if ((await lastUse(path)) !== usedAt) return false;
  try {
    await rename(path, gone);
  } catch {
    return false;
  }
  await rm(gone, { recursive: true, force: true });
  return true;
}

/** Put the packs of a mirror together where there are many. A mirror that cannot be is used as it is. */
async function repack({ git, log, signal }: CareTools, { path }: Mirror): Promise<void> {
  const packs = await readdir(join(path, "objects/pack")).catch(() => []);
  if (packs.filter((name) => name.endsWith(".pack")).length <= MOST_PACKS) return;
  try {
    // No object goes before two weeks are over: one that a run is just fetching may lack its ref still.
    await git(["gc", "--quiet", "--prune=2.weeks.ago"], { to: "put packs together", gitDir: path, signal });
    log.info({ mirror: path }, "mirror repacked");
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ mirror: path, reason: messageOf(error) }, "a mirror could not be repacked");
  }
}
