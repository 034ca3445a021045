import { posix } from "node:path";

/** Whether a name fits any of the globs, without regard to case (as forges compare repositories). No glob: all fit. */
export function fits(name: string, globs: readonly string[]): boolean {
  if (globs.length === 0) return true;
  const lower = name.toLowerCase();
  return globs.some((glob) => posix.matchesGlob(lower, glob.toLowerCase()));
}
