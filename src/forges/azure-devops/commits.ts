import type { Forge } from "../../core/forge.ts";
import { emptyRepository, isGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { repositoryPath } from "./place.ts";
import { NamedRepository, Repository } from "./replies.ts";
import { branchOf, repoOf } from "./translate.ts";

/** A repository as it is now, and what is read from its commits. */
export function commits(line: Line) {
  return {
    async repository(fullName, signal) {
      // The API takes names where it takes ids.
      const path = repositoryPath({ id: fullName, fullName });
      return repoOf(await line.ask({ path, reply: NamedRepository, signal }));
    },

    async defaultBranch(repo, signal) {
      const found = await line.ask({ path: repositoryPath(repo), reply: Repository, signal });
      if (found.defaultBranch) return branchOf(found.defaultBranch);
      throw emptyRepository(repo.fullName);
    },

    async readFile(repo, path, ref, signal) {
      const version = versionOf(ref);
      const query = {
        path: `/${path}`,
        "versionDescriptor.versionType": version.type,
        "versionDescriptor.version": version.name,
      };
      try {
        return await line.text({ path: `${repositoryPath(repo)}/items`, query, signal });
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
  } satisfies Partial<Forge>;
}

/** A ref as the API names it: branches and tags without what stands before their names. */
function versionOf(ref: string): { type: "branch" | "tag" | "commit"; name: string } {
  if (/^[0-9a-f]{40}$/.test(ref)) return { type: "commit", name: ref };
  if (ref.startsWith("refs/tags/")) return { type: "tag", name: ref.slice("refs/tags/".length) };
  return { type: "branch", name: branchOf(ref) };
}
