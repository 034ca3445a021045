import { ForgehandError } from "../../core/errors.ts";
import type { Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { encodePath } from "../shared/path.ts";
import { isGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { pathOf } from "./line.ts";
import { isFullHash } from "./payloads.ts";
import { Ref, RepositoryDetails, SourceMeta } from "./replies.ts";

const FILE = "commit_file";

/** What is read from commits. */
export function commits(line: Line) {
  /** The commit of a ref: the API cuts a name with slashes in it, so that files are asked for by commits alone. */
  async function commitOf(repo: Repo, ref: string, signal?: AbortSignal): Promise<string | undefined> {
    if (isFullHash(ref)) return ref;
    const name = ref.replace(/^refs\/(?:heads|tags)\//, "");
    const lists = ref.startsWith("refs/tags/") ? ["tags"] : ["branches", "tags"];
    for (const list of lists) {
      const path = `${pathOf(repo)}/refs/${list}/${encodePath(name)}`;
      const found = await orGone(line.ask({ path, reply: Ref, signal }));
      if (found !== undefined) return found.target.hash;
    }
    return undefined;
  }

  return {
    async defaultBranch(repo, signal) {
      const { mainbranch } = await line.ask({ path: pathOf(repo), reply: RepositoryDetails, signal });
      if (mainbranch) return mainbranch.name;
      throw new ForgehandError(
        "FORGE_NOT_FOUND",
        `${repo.fullName} has no main branch, since its repository is empty: push a first commit.`,
      );
    },

    /** A folder answers a list in place of a text, so that the kind is asked for first. */
    async readFile(repo, path, ref, signal) {
      const commit = await commitOf(repo, ref, signal);
      if (commit === undefined) return undefined;
      const file = `${pathOf(repo)}/src/${commit}/${encodePath(path)}`;
      const query = { format: "meta" };
      const meta = await orGone(line.ask({ path: file, query, reply: SourceMeta, signal }));
      return meta?.type === FILE ? orGone(line.text({ path: file, signal })) : undefined;
    },
  } satisfies Partial<Forge>;
}

async function orGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
