import { z } from "zod";

import { ForgehandError } from "../../core/errors.ts";
import type { Forge } from "../../core/forge.ts";
import type { StatusState } from "../../core/status.ts";
import { cut } from "../../core/text.ts";
import type { Line } from "./line.ts";
import { Contents, Repository, Status } from "./replies.ts";

/** Characters of a status description, above which GitHub answers 422. */
const DESCRIPTION_LIMIT = 140;

/** GitHub has no state for cancelled; the description says the word. */
const STATES: Readonly<Record<StatusState, string>> = {
  pending: "pending",
  success: "success",
  failure: "failure",
  error: "error",
  cancelled: "error",
};

/** What is said about commits, and what is read from them. */
export function commits(line: Line) {
  return {
    /** A pull request's status goes to the target repository, where the head of a fork is known too. */
    async setStatus({ repo, sha }, { state, context, description, url }, signal) {
      const said =
        state === "cancelled" && !/cancelled/i.test(description) ? `Cancelled: ${description}` : description;
      await line.ask(repo, {
        route: "POST /repos/{owner}/{repo}/statuses/{sha}",
        reply: Status,
        parameters: {
          sha,
          state: STATES[state],
          context,
          description: cut(said, DESCRIPTION_LIMIT),
          ...(url === undefined ? {} : { target_url: url }),
        },
        signal,
      });
      return "set" as const;
    },

    async defaultBranch(repo, signal) {
      const found = await line.ask(repo, { route: "GET /repos/{owner}/{repo}", reply: Repository, signal });
      return found.default_branch;
    },

    async readFile(repo, path, ref, signal) {
      try {
        const contents = await line.ask(repo, {
          route: "GET /repos/{owner}/{repo}/contents/{path}",
          reply: z.union([Contents, z.unknown().transform(() => undefined)]),
          parameters: { path, ref },
          signal,
        });
        if (contents === undefined) return undefined;
        if (contents.encoding === "base64") return Buffer.from(contents.content, "base64").toString();
      } catch (error) {
        if (error instanceof ForgehandError && error.code === "FORGE_NOT_FOUND") return undefined;
        throw error;
      }
      throw new ForgehandError(
        "FORGE_REFUSED",
        `${path} in ${repo.fullName} is larger than 1 MB, which GitHub does not hand out this way: make it smaller.`,
      );
    },
  } satisfies Partial<Forge>;
}
