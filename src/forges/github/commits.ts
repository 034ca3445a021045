import { z } from "zod";

import { ForgehandError } from "../../core/errors.ts";
import type { Forge } from "../../core/forge.ts";
import { descriptionOf, STATES } from "../shared/statuses.ts";
import { isGone } from "../shared/verdicts.ts";
import type { Line } from "./line.ts";
import { Contents, Repository } from "./replies.ts";

/** Characters of a status description, above which GitHub answers 422. */
const DESCRIPTION_LIMIT = 140;

/** What is said about commits, and what is read from them. */
export function commits(line: Line) {
  return {
    /** A pull request's status goes to the target repository, where the head of a fork is known too. */
    async setStatus({ repo, sha }, status, signal) {
      const { state, context, url } = status;
      await line.ask(repo, {
        route: "POST /repos/{owner}/{repo}/statuses/{sha}",
        reply: z.unknown(),
        parameters: {
          sha,
          state: STATES[state],
          context,
          description: descriptionOf(status, DESCRIPTION_LIMIT),
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
        if (isGone(error)) return undefined;
        throw error;
      }
      throw new ForgehandError(
        "FORGE_REFUSED",
        `${path} in ${repo.fullName} is larger than 1 MB, which GitHub does not hand out this way: make it smaller.`,
      );
    },
  } satisfies Partial<Forge>;
}
