import type { Forge } from "../../core/forge.ts";
import type { CommitPlace, Status, StatusState } from "../../core/status.ts";
import { cut } from "../../core/text.ts";
import { isGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { pullRequestPath, repositoryPath } from "./place.ts";
import { Anything } from "./replies.ts";
import { iterationsOf } from "./iterations.ts";

/** Characters of a name and of a description; no limit is documented, and these were never refused. */
const TEXT_LIMIT = 200;

/** `notApplicable` would excuse a pull request from a policy, so that a cancelled run is an error. */
const STATES = {
  pending: "pending",
  success: "succeeded",
  failure: "failed",
  error: "error",
  cancelled: "error",
} as const satisfies Readonly<Record<StatusState, string>>;

/**
 * The statuses that we show: one on the commit, and for a pull request another one on it, since a branch policy looks
 * at that one alone. Azure DevOps keeps all and shows the newest of each genre and name.
 */
export function statuses(line: Line) {
  async function post(path: string, body: object, signal?: AbortSignal): Promise<void> {
    await line.ask({ method: "POST", path: `${path}/statuses`, body, reply: Anything, signal });
  }

  async function onCommit({ repo, sha }: CommitPlace, body: object, signal?: AbortSignal): Promise<void> {
    await post(`${repositoryPath(repo)}/commits/${sha}`, body, signal);
  }

  /** In the iteration whose head the commit is, so that nothing newer passes for tested. False where there is none. */
  async function onPullRequest(
    { repo, sha }: CommitPlace,
    number: number,
    body: object,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const iterations = await iterationsOf(line, repo, number, signal);
    const iteration = iterations.findLast(({ sourceRefCommit }) => sourceRefCommit?.commitId === sha);
    if (iteration === undefined) return false;
    await post(pullRequestPath(repo, number), { ...body, iterationId: iteration.id }, signal);
    return true;
  }

  return {
    async setStatus(place, status, signal) {
      const body = bodyOf(status);
      const { pullRequest } = place;
      const shown = pullRequest !== undefined && (await onPullRequest(place, pullRequest, body, signal));
      try {
        await onCommit(place, body, signal);
        return "set";
      } catch (error) {
        // The commit of a fork may not be in the repository of the pull request.
        if (pullRequest === undefined || !isGone(error)) throw error;
        return shown ? "set" : "unsupported";
      }
    },
  } satisfies Partial<Forge>;
}

/** A context `forgehand/test` is the genre `forgehand` and the name `test`, by which policies name a status. */
function bodyOf({ state, context, description, url }: Status): object {
  const slash = context.indexOf("/");
  const [genre, name] = slash < 1 ? ["", context] : [context.slice(0, slash), context.slice(slash + 1)];
  return {
    state: STATES[state],
    description: cut(description, TEXT_LIMIT),
    context: {
      name: cut(name || context, TEXT_LIMIT),
      ...(genre === "" ? {} : { genre: cut(genre, TEXT_LIMIT) }),
    },
    ...(url === undefined ? {} : { targetUrl: url }),
  };
}
