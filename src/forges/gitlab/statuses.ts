import { Commits, MergeRequests } from "@gitbeaker/rest";
import { z } from "zod";

import type { Forge } from "../../core/forge.ts";
import type { CommitPlace, Status, StatusState } from "../../core/status.ts";
import { cut } from "../../core/text.ts";
import { isGone, isRefusal } from "../shared/refusals.ts";
import { isForbidden } from "./errors.ts";
import type { Line } from "./line.ts";
import { isFork } from "./pulls.ts";
import { Commit, MergeRequest, Statuses } from "./replies.ts";

/** Characters of name, description and link, above which GitLab answers 400. Source: GitLab docs, "Commits API". */
const TEXT_LIMIT = 255;

/** GitLab has no state for errors; the description says the word. */
const STATES = {
  pending: "pending",
  success: "success",
  failure: "failed",
  error: "failed",
  cancelled: "canceled",
} as const satisfies Readonly<Record<StatusState, string>>;

/** States of a status that waits for its end. */
const OPEN: readonly string[] = ["created", "pending", "running"];

/** The project and branch whose commit carries a status. */
interface Target {
  readonly project: string;
  /** Short name; GitLab makes a pipeline of it where the commit has none. */
  readonly ref: string | undefined;
  /** Somebody else's project, in which we may have no rights. */
  readonly fork: boolean;
}

/** The statuses that we show on commits. GitLab keeps each as a job of a pipeline. */
export function statuses(line: Line) {
  async function targetOf(place: CommitPlace, signal?: AbortSignal): Promise<Target | undefined> {
    const { repo, ref, pullRequest } = place;
    if (pullRequest === undefined) {
      return { project: repo.id, ref: /^refs\/(?:heads|tags)\/(.+)$/.exec(ref ?? "")?.[1], fork: false };
    }
    const found = await line.ask(MergeRequest, signal, (api) =>
      new MergeRequests(api).show(repo.id, pullRequest),
    );
    const { source_project_id: source, source_branch: branch } = found;
    return source ? { project: String(source), ref: branch, fork: isFork(found) } : undefined;
  }

  /**
   * The pipelines to show it in. A status that ends one must stand where that one stands: with a merge request comes a
   * pipeline of its own, and one left pending blocks merging. Else the newest pipeline of the commit, so that ours does
   * not open another beside it; only ids that GitLab told are sent.
   */
  async function pipelinesOf(
    { project }: Target,
    sha: string,
    { context, state }: Status,
    signal?: AbortSignal,
  ): Promise<(number | undefined)[]> {
    const { last_pipeline: last } = await line.ask(Commit, signal, (api) =>
      new Commits(api).show(project, sha),
    );
    if (state === "pending" || !last) return [last?.id];
    const waiting = new Set<number>();
    const pages = line.pages(Statuses, signal, (api, page) =>
      new Commits(api).allStatuses(project, sha, { name: cut(context, TEXT_LIMIT), ...page }),
    );
    for await (const page of pages) {
      for (const { status, pipeline_id: id } of page) if (id && OPEN.includes(status)) waiting.add(id);
    }
    return waiting.size > 0 ? [...waiting] : [last.id];
  }

  async function send(
    target: Target,
    sha: string,
    status: Status,
    pipeline: number | undefined,
    signal?: AbortSignal,
  ) {
    const options = {
      name: cut(status.context, TEXT_LIMIT),
      description: cut(descriptionOf(status), TEXT_LIMIT),
      ...(status.url !== undefined && status.url.length <= TEXT_LIMIT ? { targetUrl: status.url } : {}),
      ...inPipeline(target, pipeline),
    };
    try {
      await line.ask(z.unknown(), signal, (api) =>
        new Commits(api).editStatus(target.project, sha, STATES[status.state], options),
      );
    } catch (error) {
      // It shows this state already, for which GitLab has no other answer.
      if (!isRefusal(error) || !/cannot transition status/i.test(error.message)) throw error;
    }
  }

  return {
    /** A merge request shows the statuses of its source project, where we may have no rights if it is a fork. */
    async setStatus(place, status, signal) {
      const target = await targetOf(place, signal);
      if (target === undefined) return "unsupported";
      try {
        for (const pipeline of await pipelinesOf(target, place.sha, status, signal)) {
          await send(target, place.sha, status, pipeline, signal);
        }
        return "set";
      } catch (error) {
        if (target.fork && (isGone(error) || isForbidden(error))) return "unsupported";
        throw error;
      }
    },
  } satisfies Partial<Forge>;
}

function inPipeline({ ref }: Target, pipeline: number | undefined): { pipelineId?: number; ref?: string } {
  if (pipeline !== undefined) return { pipelineId: pipeline };
  return ref === undefined ? {} : { ref };
}

function descriptionOf({ state, description }: Status): string {
  return state === "error" && !/error/i.test(description) ? `Error: ${description}` : description;
}
