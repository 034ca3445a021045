import type { Reading } from "../../core/delivery.ts";
import type { CheckState } from "../../core/event.ts";
import { NOBODY } from "../../core/event.ts";
import { ended } from "../shared/checks.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, meaningOf } from "../shared/reading.ts";
import type { z } from "zod";
import type { Kind } from "./kinds.ts";
import { PipelinePayload } from "./payloads.ts";
import { readIn } from "./reading.ts";
import { actorOf } from "./translate.ts";

/** What a pipeline is called as a check: a project has no other that a merge could depend on. */
export const PIPELINE = "pipeline";

/** How a pipeline ends. One that is skipped or waits for somebody has said nothing. */
const STATES: Readonly<Record<string, CheckState>> = {
  success: "success",
  failed: "failure",
  canceled: "cancelled",
};

/** Pipelines that are told of by another way: by whoever set the statuses, and by the pipeline above. */
const SOURCES: Readonly<Record<string, string>> = {
  external: "the pipeline holds nothing but statuses from outside, ours among them",
  parent_pipeline: "the pipeline is a part of another one, which tells how it ended",
};

type Pipeline = z.infer<typeof PipelinePayload>;

/** A pipeline that ended, with all of its jobs: the one check that GitLab can demand before a merge. */
export function readPipeline(payload: PayloadData, kind: Kind): Reading {
  return readIn(kind, PipelinePayload, payload, (said, repo) => {
    const { user, object_attributes: pipeline } = said;
    const elsewhere = meaningOf(SOURCES, pipeline.source);
    if (elsewhere !== undefined) return ignored(elsewhere);
    const state = stateOf(said);
    if (state === undefined) return ignored(`a pipeline that is "${pipeline.status}" is no end`);
    if (state === "another's")
      return ignored("the pipeline ended so by a status from outside, not by its jobs");
    const failed = (said.builds ?? []).filter(isTheReason("failed")).map(({ name }) => name);
    const branch = branchOf(said);
    return ended({
      repo,
      actor: user ? actorOf(user) : NOBODY,
      name: PIPELINE,
      state,
      sha: pipeline.sha,
      description: state === "failure" ? `failed: ${failed.join(", ")}` : "",
      url: pipeline.url,
      branch,
    });
  });
}

/**
 * Statuses from outside, ours too, are put into the pipeline of a commit and decide with its jobs. One that did not
 * succeed though none of its jobs says so is the work of such a status; one that failed without any job never began, as
 * when its file is wrong.
 */
function stateOf({ object_attributes: { status }, builds }: Pipeline): CheckState | "another's" | undefined {
  const state = meaningOf(STATES, status);
  if (state === undefined || state === "success") return state;
  if (!builds || builds.length === 0) return state === "failure" ? "error" : state;
  return builds.some(isTheReason(status)) ? state : "another's";
}

const isTheReason = (word: string) => (build: NonNullable<Pipeline["builds"]>[number]) =>
  build.status === word && !(word === "failed" && build.allow_failure);

/** The branch: of a merge request its source, where that is no fork's, since others have branches of the same name. */
function branchOf({ object_attributes: { ref, tag }, merge_request: request }: Pipeline): string | undefined {
  if (!request) return tag ? undefined : (ref ?? undefined);
  const isFork = request.source_project_id !== request.target_project_id;
  return isFork ? undefined : (request.source_branch ?? undefined);
}
