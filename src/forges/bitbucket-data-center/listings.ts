import type { Repo } from "../../core/event.ts";
import type { ListedBranch, ListedPullRequest, Listings } from "../../core/listings.ts";
import { branchText, lookAtAll, wholeOf } from "../shared/whole-list.ts";
import { apiPath } from "./addresses.ts";
import type { Line } from "./line.ts";
import * as replies from "./replies.ts";
import { actorOf, answeredOf, branchOf } from "./translate.ts";

/** The most that a server gives at once, as it is usually set up: few repositories have more, so that one request is enough. */
const LARGEST_PAGE = "1000";

/** Lists of what is open. Bitbucket has no filter by time and no conditional requests: each look is at the whole list. */
export function listings(line: Line, { web }: { web: string }): Listings {
  const pathOf = (repo: Repo, list: string) => `api/latest/${apiPath(repo)}/${list}`;

  async function* pulls(repo: Repo, signal?: AbortSignal): AsyncIterable<ListedPullRequest[]> {
    const query = { state: "OPEN", order: "OLDEST", limit: LARGEST_PAGE };
    const call = { path: pathOf(repo, "pull-requests"), query, reply: replies.ListedPullRequests, signal };
    for await (const { values } of line.pages(call)) {
      yield values.map((request) => ({
        pullRequest: answeredOf(request, repo, web),
        author: actorOf(request.author.user),
        createdAt: request.createdDate,
        version: versionOf(request),
      }));
    }
  }

  /** By name, so that a branch which is pushed to meanwhile does not move from one page to another. */
  async function* branches(repo: Repo, signal?: AbortSignal): AsyncIterable<ListedBranch[]> {
    const query = { orderBy: "ALPHABETICAL", limit: LARGEST_PAGE };
    const call = { path: pathOf(repo, "branches"), query, reply: replies.Branches, signal };
    for await (const { values } of line.pages(call)) {
      yield values.map((branch) => ({ name: branchOf(branch), sha: branch.latestCommit }));
    }
  }

  return {
    issues: () => Promise.resolve({ kind: "unsupported" }),

    pullRequests: async (repo, mark, signal) =>
      lookAtAll(
        await wholeOf(pulls(repo, signal)),
        mark,
        ({ pullRequest, version }) => `${pullRequest.number} ${version}`,
      ),

    branches: async (repo, mark, signal) =>
      lookAtAll(await wholeOf(branches(repo, signal)), mark, branchText),
  };
}

/** Neither the count of edits nor the time is said to change with what is pushed. */
function versionOf({ version, updatedDate, fromRef }: replies.ListedPullRequest): string {
  return `${version} ${updatedDate.getTime()} ${fromRef.latestCommit}`;
}
