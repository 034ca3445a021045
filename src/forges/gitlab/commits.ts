import { Projects, RepositoryFiles } from "@gitbeaker/rest";
import { z } from "zod";

import { ForgehandError } from "../../core/errors.ts";
import type { Forge } from "../../core/forge.ts";
import { isGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { NumberedProject, Project } from "./replies.ts";

/** The project itself, and what is read from its commits. */
export function commits(line: Line) {
  return {
    async repository(fullName, signal) {
      const found = await line.ask(NumberedProject, signal, (api) => new Projects(api).show(fullName));
      const { id, path_with_namespace: now, default_branch: branch } = found;
      return { id: String(id), fullName: now, ...(branch ? { defaultBranch: branch } : {}) };
    },

    async defaultBranch(repo, signal) {
      const found = await line.ask(Project, signal, (api) => new Projects(api).show(repo.id));
      if (found.default_branch) return found.default_branch;
      throw new ForgehandError(
        "FORGE_NOT_FOUND",
        `${repo.fullName} has no default branch, since its repository is empty: push a first commit.`,
      );
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
