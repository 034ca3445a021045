import { ForgehandError } from "../../core/errors.ts";
import type { Forge } from "../../core/forge.ts";
import { encodePath } from "../shared/path.ts";
import { emptyRepository, isGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import * as payloads from "./payloads.ts";
import { Contents, Repository } from "./replies.ts";
import { repoOf } from "./translate.ts";

/** What is read of a repository and its commits. */
export function commits(line: Line) {
  return {
    async repository(fullName, signal) {
      return repoOf(await line.ask({ fullName }, { path: "", reply: payloads.Repository, signal }));
    },

    async defaultBranch(repo, signal) {
      const found = await line.ask(repo, { path: "", reply: Repository, signal });
      if (found.default_branch) return found.default_branch;
      throw emptyRepository(repo.fullName);
    },

    async readFile(repo, path, ref, signal) {
      try {
        const contents = await line.ask(repo, {
          path: `/contents/${encodePath(path)}`,
          query: { ref },
          reply: Contents,
          signal,
        });
        // Of a folder the answer is a list, of a link or a submodule it has another type.
        if (Array.isArray(contents) || contents.type !== "file") return undefined;
        if (contents.encoding === "base64") return Buffer.from(contents.content ?? "", "base64").toString();
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
      throw new ForgehandError(
        "FORGE_REFUSED",
        `${path} in ${repo.fullName} is too large to be handed out this way: make it smaller.`,
      );
    },
  } satisfies Partial<Forge>;
}
