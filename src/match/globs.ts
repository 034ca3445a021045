import type { Filter } from "../core/automation.ts";
import type { GlobKind } from "../core/glob.ts";
import { compileGlob } from "../core/glob.ts";

/**
 * Whether a thing passes a filter by any of its names (a login and an id, say): one that is included, where anything is
 * included in so many words, and none that is excluded. No filter: everything passes.
 */
export function passes(
  names: string | readonly string[],
  filter: Filter | undefined,
  kind: GlobKind = "name",
): boolean {
  return passing(filter, kind)(names);
}

/** The same for many things: its globs are read once. */
export function passing(
  filter: Filter | undefined,
  kind: GlobKind,
): (names: string | readonly string[]) => boolean {
  if (filter === undefined) return () => true;
  const include = filter.include.map((glob) => compileGlob(glob, kind));
  const exclude = filter.exclude.map((glob) => compileGlob(glob, kind));
  return (names) => {
    const list = typeof names === "string" ? [names] : names;
    const fits = (globs: typeof include): boolean => globs.some((fit) => list.some(fit));
    return (include.length === 0 || fits(include)) && !fits(exclude);
  };
}
