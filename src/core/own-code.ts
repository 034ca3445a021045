import type { ForgeEvent, PullRequest } from "./event.ts";
import type { Forge } from "./forge.ts";

/** The pull request that an event is about, as far as it tells of it. */
export function pullRequestOf(event: ForgeEvent): PullRequest | undefined {
  return "pullRequest" in event ? event.pullRequest : undefined;
}

/**
 * Whether a check that names no pull request is of the repository's own code: a branch of it is at that commit. A forge
 * shares the commits of forks with the repository, so that being there proves nothing, and the branch that a delivery
 * names may be the fork's. Not known means no.
 */
export async function isOwnCheck(
  event: Extract<ForgeEvent, { kind: "check" }>,
  forge: Forge,
  signal: AbortSignal,
): Promise<boolean> {
  const looked = await forge.listings.branches(event.repo, undefined, signal);
  return looked.kind === "listed" && looked.items.some(({ sha }) => sha === event.check.sha);
}
