import { Projects, RepositoryFiles } from "@gitbeaker/rest";
import { z } from "zod";

import type { Forge } from "../../core/forge.ts";
import { emptyRepository, isGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { Project } from "./replies.ts";

/** What is read from commits. */
export function commits(line: Line) {
  return {
    async defaultBranch(repo, signal) {
      const found = await line.ask(Project, signal, (api) => new Projects(api).show(repo.id));
      if (found.default_branch) return found.default_branch;
      throw emptyRepository(repo.fullName);
    },

    async readFile(repo, path, ref, signal) {
      try {
        return await line.ask(z.string(), signal, (api) =>
          new RepositoryFiles(api).showRaw(repo.id, path, ref),
        );
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
  } satisfies Partial<Forge>;
}
