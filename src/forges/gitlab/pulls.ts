import { MergeRequests, Projects } from "@gitbeaker/rest";
import { z } from "zod";

import type { PullRequest, Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { cut } from "../../core/text.ts";
import { isGone, isRefusal } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { MergeRequest, Project } from "./replies.ts";
import { actorOf, stateOf } from "./translate.ts";

type Wanted = Parameters<Forge["openPullRequest"]>[1];

/** Characters of title and description, above which GitLab answers 400. Source: GitLab docs, "Merge requests API". */
const TITLE_LIMIT = 255;
const DESCRIPTION_LIMIT = 1_048_576;

const DRAFT = "Draft: ";

/** Reading, finding and opening merge requests. */
export function pulls(line: Line) {
  async function find(repo: Repo, branch: string, signal?: AbortSignal): Promise<PullRequest | undefined> {
    const pages = line.pages(z.array(MergeRequest), signal, (api, page) =>
      new MergeRequests(api).all({ projectId: repo.id, state: "opened", sourceBranch: branch, ...page }),
    );
    for await (const page of pages) {
      // Forks have branches of the same name.
      const hit = page.find(
        (request) => request.source_branch === branch && String(request.source_project_id) === repo.id,
      );
      if (hit !== undefined) return pullRequestOf(hit, repo.fullName);
    }
    return undefined;
  }

  async function create(repo: Repo, wanted: Wanted, signal?: AbortSignal): Promise<PullRequest> {
    const { branch, base, title, body, draft } = wanted;
    const marked = draft && !title.startsWith(DRAFT) ? `${DRAFT}${title}` : title;
    const options = { description: cut(body, DESCRIPTION_LIMIT), removeSourceBranch: false };
    const created = await line.ask(MergeRequest, signal, (api) =>
      new MergeRequests(api).create(repo.id, branch, base, cut(marked, TITLE_LIMIT), options),
    );
    return pullRequestOf(created, repo.fullName);
  }

  /** The full name of a fork; null where it is gone, or not for us to see. */
  async function nameOf(project: number | null | undefined, signal?: AbortSignal): Promise<string | null> {
    if (project === null || project === undefined) return null;
    try {
      const found = await line.ask(Project, signal, (api) => new Projects(api).show(project));
      return found.path_with_namespace;
    } catch (error) {
      if (isGone(error) || isRefusal(error)) return null;
      throw error;
    }
  }

  return {
    async pullRequest(repo, number, signal) {
      const found = await line.ask(MergeRequest, signal, (api) =>
        new MergeRequests(api).show(repo.id, number),
      );
      const source = isFork(found) ? await nameOf(found.source_project_id, signal) : repo.fullName;
      return pullRequestOf(found, source);
    },

    findPullRequest: find,

    async openPullRequest(repo, wanted, signal) {
      const found = await find(repo, wanted.branch, signal);
      if (found !== undefined) return found;
      try {
        return await create(repo, wanted, signal);
      } catch (error) {
        if (!isRefusal(error) || !/already exists/i.test(error.message)) throw error;
        const other = await find(repo, wanted.branch, signal);
        if (other === undefined) throw error;
        return other;
      }
    },
  } satisfies Partial<Forge>;
}

/** Whether the source is another project, or one that is gone. */
export function isFork({ source_project_id, target_project_id }: MergeRequest): boolean {
  return source_project_id !== target_project_id;
}

/** An answer of the API in our words. It names the source by its id alone: undefined where nobody asked for the name. */
export function pullRequestOf(request: MergeRequest, source: string | null | undefined): PullRequest {
  return {
    number: request.iid,
    title: request.title,
    body: request.description ?? "",
    state: stateOf(request.state),
    labels: request.labels ?? [],
    ...(request.web_url ? { url: request.web_url } : {}),
    ...(source === undefined ? {} : { source: { branch: request.source_branch, repo: source } }),
    target: { branch: request.target_branch },
    ...(request.sha ? { headSha: request.sha } : {}),
    fork: isFork(request),
    draft: request.draft ?? false,
    ...(request.author ? { author: actorOf(request.author) } : {}),
  };
}
