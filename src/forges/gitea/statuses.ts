import { ForgehandError } from "../../core/errors.ts";
import type { Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { descriptionOf, STATES } from "../shared/statuses.ts";
import { unlessGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { Commit, Status } from "./replies.ts";

/** Characters of a description. Servers name no limit; a pull request shows one line of it. */
const DESCRIPTION_LIMIT = 140;

/** The statuses that we show on commits. Each is a row of its own; the newest of a context counts. */
export function statuses(line: Line) {
  /** Only a clear no counts: what is asked here explains an error that may have other causes. */
  async function lacks(repo: Repo, sha: string, signal?: AbortSignal): Promise<boolean> {
    try {
      return !(await unlessGone(line.ask(repo, { path: `/git/commits/${sha}`, reply: Commit, signal })));
    } catch {
      return false;
    }
  }

  return {
    /** A pull request's status goes to the target repository, where the head of a fork is known too. */
    async setStatus({ repo, sha }, status, signal) {
      const { state, context, url } = status;
      try {
        await line.ask(repo, {
          method: "POST",
          path: `/statuses/${sha}`,
          body: {
            state: STATES[state],
            context,
            description: descriptionOf(status, DESCRIPTION_LIMIT),
            ...(url === undefined ? {} : { target_url: url }),
          },
          reply: Status,
          signal,
        });
        return "set" as const;
      } catch (error) {
        const failed = error instanceof ForgehandError && error.code === "FORGE_FAILING";
        throw failed && (await lacks(repo, sha, signal)) ? notVisible(repo, sha, error) : error;
      }
    },
  } satisfies Partial<Forge>;
}

/** For a commit that it does not have a server answers 500, as if it had trouble of its own. */
function notVisible({ fullName }: Repo, sha: string, cause: ForgehandError): ForgehandError {
  const message =
    `${fullName} does not have the commit ${sha}, so it can show no status on it: ` +
    "it may have been pushed a moment ago, or it is gone.";
  return new ForgehandError("FORGE_REFUSED", message, { retryable: true, cause });
}
