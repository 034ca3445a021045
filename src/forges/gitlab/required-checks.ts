import { Projects } from "@gitbeaker/rest";

import type { Forge } from "../../core/forge.ts";
import type { Line } from "./line.ts";
import { PIPELINE } from "./pipelines.ts";
import { Project } from "./replies.ts";

/** What a merge waits for: the pipeline, in all branches alike, where the project says so. */
export function requiredChecks(line: Line): Required<Pick<Forge, "requiredChecks">> {
  return {
    async requiredChecks(repo, _branch, signal) {
      const { only_allow_merge_if_pipeline_succeeds: isRequired } = await line.ask(Project, signal, (api) =>
        new Projects(api).show(repo.id),
      );
      return isRequired ? [PIPELINE] : [];
    },
  };
}
