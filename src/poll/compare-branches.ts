import type { PushEvent, Repo } from "../core/event.ts";
import { NOBODY } from "../core/event.ts";
import type { ListedBranch } from "../core/listings.ts";
import type { Compared } from "./found.ts";
import type { Branches } from "./memory.ts";

/** Branches that are remembered; of more, those that were known already, then those that the forge lists first. */
const MOST = 2_000;

/** Which branches are new, moved or gone. At the first look, and beyond the limit, what is there already is not new. */
export function compareBranches(
  before: Branches | undefined,
  items: readonly ListedBranch[],
  repo: Repo,
): Compared<Branches> {
  const known = new Map(Object.entries(before?.heads ?? {}));
  const heads = new Map(
    [
      ...items.filter(({ name }) => known.has(name)).map(({ name, sha }) => [name, sha] as const),
      ...items.filter(({ name }) => !known.has(name)).map(({ name, sha }) => [name, sha] as const),
    ].slice(0, MOST),
  );
  const events: PushEvent[] = [];
  const about = (name: string) => ({ kind: "push", repo, actor: NOBODY, ref: `refs/heads/${name}` }) as const;
  for (const [name, after] of heads) {
    const was = known.get(name);
    if (was === undefined) {
      if (before?.full === false) events.push({ ...about(name), action: "created", after });
    } else if (was !== after) events.push({ ...about(name), action: "updated", before: was, after });
  }
  const listed = new Set(items.map(({ name }) => name));
  for (const [name, was] of known) {
    if (!listed.has(name)) events.push({ ...about(name), action: "deleted", before: was });
  }
  return {
    found: events.map((event) => ({ events: [event], version: "" })),
    memory: { heads: Object.fromEntries(heads), full: items.length > MOST },
  };
}
