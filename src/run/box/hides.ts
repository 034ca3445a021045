import { realpathSync, statSync } from "node:fs";

import type { Mount } from "./mounts.ts";
import { isIn } from "./system.ts";

/** What stands in for files that are hidden. */
export interface Blanks {
  /** A file with nothing in it. */
  readonly empty: string;
  /** A file with `{}` in it. */
  readonly json: string;
}

/**
 * The mounts that hide paths of the folders that a command may write. Only what is there is covered, since a mount point
 * that has to be made would stay in the work tree. A link is followed first: a mount over a link would land at its goal
 * anyhow, and a goal outside of these folders is nothing that the author of a repository could write. Undefined where
 * hiding a path would hide a whole folder of those, as a link to the root of the repository asks for.
 */
export function hidingMounts(
  hides: readonly string[],
  writes: readonly string[],
  blanks: Blanks,
): Mount[] | { tooMuch: string } {
  const roots = writes.map((folder) => realpathSync(folder));
  const goals = new Map<string, string>();
  for (const path of hides) {
    const goal = goalOf(path);
    if (goal === undefined || !roots.some((root) => isIn(goal, root))) continue;
    if (roots.some((root) => isIn(root, goal))) return { tooMuch: path };
    goals.set(goal, path);
  }
  const hidden = [...goals].filter(
    ([goal]) => ![...goals.keys()].some((other) => other !== goal && isIn(goal, other)),
  );
  return hidden.map(([goal, path]): Mount => {
    if (statSync(goal).isDirectory()) return { kind: "empty", path: goal };
    return { kind: "read", path: goal, from: /\.jsonc?$/.test(path) ? blanks.json : blanks.empty };
  });
}

function goalOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    // Not there, or a link that leads nowhere: there is nothing to hide.
    return undefined;
  }
}
