import { ForgehandError } from "../../core/errors.ts";
import type { Repo } from "../../core/event.ts";
import type { ListedBranch, ListedPullRequest, Listings, Looked } from "../../core/listings.ts";
import { digestOf } from "../shared/marks.ts";
import { repositoryPath } from "./place.ts";
import { answeredOf } from "./pulls.ts";
import type { OpenPullRequest } from "./replies.ts";
import { OpenPullRequests, Refs } from "./replies.ts";
import { actorOf, branchOf } from "./translate.ts";
import type { ListOptions } from "./work-item-list.ts";
import { workItemList } from "./work-item-list.ts";

/** The most that a page hands out. Source: Azure DevOps docs, "Refs - List"; pull requests come by a hundred. */
const REFS = 1_000;
const PULL_REQUESTS = 100;

/**
 * What is open in a repository. No list of Azure DevOps is conditional: those of branches and of pull requests are read
 * anew each time, that of work items asks for what was changed.
 */
export function listings({ line, web, workItems }: ListOptions): Listings {
  async function branches(repo: Repo, signal?: AbortSignal): Promise<Looked<ListedBranch>> {
    const path = `${repositoryPath(repo)}/refs`;
    const items: ListedBranch[] = [];
    let next: string | undefined;
    let requests = 0;
    do {
      const query = {
        filter: "heads/",
        $top: String(REFS),
        ...(next === undefined ? {} : { continuationToken: next }),
      };
      const answer = await line.page({ path, query, reply: Refs, signal });
      items.push(...answer.page.value.map(({ name, objectId }) => ({ name: branchOf(name), sha: objectId })));
      ({ next } = answer);
      requests += 1;
    } while (next !== undefined);
    return { kind: "listed", items, whole: true, requests };
  }

  async function pullRequests(repo: Repo, signal?: AbortSignal): Promise<Looked<ListedPullRequest>> {
    const path = `${repositoryPath(repo)}/pullrequests`;
    const found = new Map<number, ListedPullRequest>();
    for (let requests = 1; ; requests += 1) {
      const query = {
        "searchCriteria.status": "active",
        $top: String(PULL_REQUESTS),
        $skip: String((requests - 1) * PULL_REQUESTS),
      };
      const { value } = await line.ask({ path, query, reply: OpenPullRequests, signal });
      for (const one of value) found.set(one.pullRequestId, listedOf(web, repo, one));
      if (value.length < PULL_REQUESTS) {
        return { kind: "listed", items: [...found.values()], whole: true, requests };
      }
    }
  }

  /**
   * Services say so before they slow down whoever asks too much. What nobody waits for stands back then, so that what
   * somebody waits for is not slowed down.
   */
  function standBack(): void {
    const retryAfter = line.pause();
    if (retryAfter === 0) return;
    const message = "Azure DevOps asks for fewer requests: Forgehand waits before it looks for news again.";
    throw new ForgehandError("FORGE_RATE_LIMITED", message, { retryable: true, retryAfter });
  }

  const issues = workItemList({ line, web, workItems });
  return {
    async issues(repo, mark, signal) {
      standBack();
      return issues(repo, mark, signal);
    },
    async pullRequests(repo, _mark, signal) {
      standBack();
      return pullRequests(repo, signal);
    },
    async branches(repo, _mark, signal) {
      standBack();
      return branches(repo, signal);
    },
  };
}

/**
 * A pull request of a list. Its head is left out, since the list has that of the last try to merge; but what was tried
 * changes soon after each push, and so does the version. Where it is not told, the try itself is.
 */
function listedOf(web: string, repo: Repo, request: OpenPullRequest): ListedPullRequest {
  const pullRequest = answeredOf(web, repo, request);
  const tried = request.lastMergeSourceCommit?.commitId ?? request.mergeId;
  const { title, body, labels, source, target, draft } = pullRequest;
  return {
    pullRequest,
    author: actorOf(request.createdBy),
    createdAt: new Date(request.creationDate),
    version: digestOf([JSON.stringify([tried, title, body, labels, source, target, draft])]),
  };
}
