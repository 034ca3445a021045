import type { Forge } from "../../core/forge.ts";
import { encodePath } from "../shared/path.ts";
import { emptyRepository, isGone } from "../shared/refusals.ts";
import { apiPath } from "./addresses.ts";
import { isUnknownAddress } from "./errors.ts";
import type { Line } from "./line.ts";
import { DefaultBranch } from "./replies.ts";

/** Where the default branch is asked for, since 7.5 and before. */
const NEWER = "default-branch";
const OLDER = "branches/default";

/** What is read from commits. */
export function commits(line: Line) {
  let resource = NEWER;

  return {
    async defaultBranch(repo, signal) {
      const ask = (path: string) =>
        line.ask({
          path: `api/latest/${apiPath(repo)}/${path}`,
          reply: DefaultBranch.optional(),
          signal,
        });
      const found = await ask(resource).catch(async (error: unknown) => {
        if (resource === OLDER || !isUnknownAddress(error)) throw error;
        const answer = await ask(OLDER);
        resource = OLDER;
        return answer;
      });
      if (found === undefined) throw emptyRepository(repo.fullName);
      return found.displayId;
    },

    async readFile(repo, path, ref, signal) {
      try {
        return await line.text({
          path: `api/latest/${apiPath(repo)}/raw/${encodePath(path)}`,
          query: { at: ref },
          signal,
        });
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
  } satisfies Partial<Forge>;
}
