import type { Reading } from "../../core/delivery.ts";
import { ended } from "../shared/checks.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, meaningOf, read, unwanted } from "../shared/reading.ts";
import { CONCLUSIONS, STATUS_STATES } from "./actions.ts";
import { CheckRunPayload, StatusPayload } from "./payloads.ts";
import { actorOf, repoOf } from "./translate.ts";

/**
 * A check run that ended: of a GitHub App, and so each job of Actions. Branch protection knows it by this name, where the
 * events about its suite and its workflow tell of the same once more.
 */
export function readCheckRun(payload: PayloadData): Reading {
  if (payload.action !== "completed") return unwanted("check_run", payload);
  return read("check_run", CheckRunPayload, payload, ({ repository, sender, check_run: run }) => {
    const state = meaningOf(CONCLUSIONS, run.conclusion);
    if (state === undefined) return ignored(`a check run that ends "${run.conclusion ?? ""}" says nothing`);
    const { output, html_url: url, check_suite: suite } = run;
    return ended({
      repo: repoOf(repository),
      actor: actorOf(sender),
      name: run.name,
      state,
      sha: run.head_sha,
      description: output?.title,
      url,
      branch: suite?.head_branch,
    });
  });
}

/** A status of a commit. The branch is the one whose head that is, where there is but one. */
export function readStatus(payload: PayloadData): Reading {
  return read("status", StatusPayload, payload, (said) => {
    const { repository, sender, sha, context, description, target_url: url, branches } = said;
    const state = meaningOf(STATUS_STATES, said.state);
    if (state === undefined) return ignored(`a status that is "${said.state}" is no end`);
    const [branch, ...others] = branches?.filter(({ commit }) => commit.sha === sha) ?? [];
    return ended({
      repo: repoOf(repository),
      actor: actorOf(sender),
      name: context,
      state,
      sha,
      description,
      url,
      branch: others.length === 0 ? branch?.name : undefined,
    });
  });
}
