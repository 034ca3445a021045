import type { Repo } from "../../core/event.ts";
import { isGone, isRefusal } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { pathOf } from "./line.ts";
import type { PullRequest } from "./payloads.ts";
import { isFullHash } from "./payloads.ts";
import { Commit } from "./replies.ts";
import { repoOf } from "./translate.ts";

/** The repository that a pull request comes from; undefined where the fork was deleted. */
export function sourceOf({ source }: PullRequest): Repo | undefined {
  return source.repository ? repoOf(source.repository) : undefined;
}

/**
 * The whole id of a pull request's head, of which the API tells 12 digits (BCLOUD-21201). It is asked for in the source
 * repository, since the target may not know a fork's commit; in the target where the fork is gone, or not for us to
 * see. Undefined where neither tells.
 */
export async function headOf(
  line: Line,
  repo: Repo,
  request: PullRequest,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const hash = request.source.commit?.hash;
  if (hash === undefined || isFullHash(hash)) return hash;
  const source = sourceOf(request);
  const places = source === undefined || source.id === repo.id ? [repo] : [source, repo];
  for (const place of places) {
    try {
      const path = `${pathOf(place)}/commit/${encodeURIComponent(hash)}`;
      const found = await line.ask({ path, reply: Commit, signal });
      return isFullHash(found.hash) && found.hash.startsWith(hash) ? found.hash : undefined;
    } catch (error) {
      if (!isGone(error) && !isRefusal(error)) throw error;
    }
  }
  return undefined;
}
