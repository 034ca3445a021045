import { ForgehandError } from "../../core/errors.ts";
import type { Forge } from "../../core/forge.ts";
import { encodePath } from "../shared/path.ts";
import { isGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import * as payloads from "./payloads.ts";
import { Repository } from "./replies.ts";
import { repoOf } from "./translate.ts";

/** What is read of a repository and its commits. Nothing is said about them: Gogs has no statuses. */
export function commits(line: Line) {
  return {
    async repository(fullName, signal) {
      return repoOf(await line.ask({ fullName }, { path: "", reply: payloads.Repository, signal }));
    },

    setStatus: () => Promise.resolve("unsupported" as const),

    async defaultBranch(repo, signal) {
      const found = await line.ask(repo, { path: "", reply: Repository, signal });
      if (found.default_branch) return found.default_branch;
      throw new ForgehandError(
        "FORGE_NOT_FOUND",
        `${repo.fullName} has no default branch, since its repository is empty: push a first commit.`,
      );
    },

    /** The bytes as they are; servers before 0.12 have no other way. */
    async readFile(repo, path, ref, signal) {
      try {
        return await line.askText(repo, { path: `/raw/${encodePath(ref)}/${encodePath(path)}`, signal });
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
  } satisfies Partial<Forge>;
}
