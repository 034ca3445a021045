import { lstat, open } from "node:fs/promises";
import { constants } from "node:fs";
import { join } from "node:path";

/** Symbolic refs that we follow from HEAD, and bytes that we read of a ref file and of packed-refs. */
const DEEPEST = 5;
const LONGEST_REF = 4_096;
const LONGEST_PACKED_REFS = 64 * 1024 * 1024;

/**
 * The commit that HEAD names in a git dir that a command could write to, read as plain files: no git, no configuration,
 * no link followed. Undefined where it names none that can be read so.
 */
export async function readHead(gitDir: string): Promise<string | undefined> {
  if (!(await isFolder(gitDir))) return undefined;
  let name = "HEAD";
  for (let depth = 0; depth < DEEPEST; depth++) {
    const text = (await readRef(gitDir, name)) ?? (await readPacked(gitDir, name));
    if (text === undefined) return undefined;
    const sha = readSha(text);
    if (sha !== undefined) return sha;
    const [, next] = /^ref: (refs\/\S+)\s*$/.exec(text) ?? [];
    if (next === undefined || !isPlain(next)) return undefined;
    name = next;
  }
  return undefined;
}

const readSha = (text: string): string | undefined => /^([0-9a-f]{40})\s*$/.exec(text)?.[1];

/** A name that leads nowhere but down. */
const isPlain = (name: string): boolean =>
  name.split("/").every((part) => part !== "" && part !== "." && part !== "..");

async function readRef(gitDir: string, name: string): Promise<string | undefined> {
  const parts = name.split("/");
  for (let length = 1; length < parts.length; length++) {
    if (!(await isFolder(join(gitDir, ...parts.slice(0, length))))) return undefined;
  }
  return readPlain(join(gitDir, name), LONGEST_REF);
}

async function readPacked(gitDir: string, name: string): Promise<string | undefined> {
  const text = await readPlain(join(gitDir, "packed-refs"), LONGEST_PACKED_REFS);
  const line = text?.split("\n").find((one) => one.endsWith(` ${name}`));
  return line?.slice(0, line.indexOf(" "));
}

/** Whether a path is a folder itself, and no link to one. */
export async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() === true;
}

/** Text of a regular file up to a length, never through a link and never waiting for a pipe. */
export async function readPlain(path: string, longest: number): Promise<string | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > longest) return undefined;
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}
