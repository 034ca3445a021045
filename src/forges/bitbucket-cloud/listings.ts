import type { Actor, Repo } from "../../core/event.ts";
import type { ListedBranch, ListedPullRequest, Listings } from "../../core/listings.ts";
import { branchText, lookAtAll, wholeOf } from "../shared/whole-list.ts";
import type { Line } from "./line.ts";
import { pathOf } from "./line.ts";
import * as replies from "./replies.ts";
import { actorOf, pullRequestOf } from "./translate.ts";

/** Milliseconds before the newest change that we saw, in which an older one may have come to be seen only later. */
const OVERLAP = 60_000;

/** The author whose account is gone: no account has this id. */
const NOBODY: Actor = { id: "", login: "" };

/** Lists of what is open. Bitbucket answers nothing shorter where nothing changed, but filters by the time of change. */
export function listings(line: Line): Listings {
  return {
    /** The issue tracker is gone. */
    issues: () => Promise.resolve({ kind: "unsupported" }),

    /** The mark is the newest time of change that a look has shown: by Bitbucket's clock, whatever ours says. */
    async pullRequests(repo, mark, signal) {
      const pages = line.pages({
        path: `${pathOf(repo)}/pullrequests`,
        query: { q: openSince(mark), sort: "-updated_on" },
        reply: replies.ListedPullRequest,
        signal,
      });
      const items: ListedPullRequest[] = [];
      let newest = mark;
      let requests = 0;
      for await (const page of pages) {
        requests += 1;
        for (const request of page) {
          items.push(listedOf(request));
          newest = laterOf(newest, request.updated_on);
        }
      }
      if (mark !== undefined && items.length === 0) return { kind: "unchanged", requests };
      const whole = mark === undefined;
      return { kind: "listed", items, whole, ...(newest === undefined ? {} : { mark: newest }), requests };
    },

    branches: async (repo, mark, signal) =>
      lookAtAll(await wholeOf(branchesOf(line, repo, signal)), mark, branchText),
  };
}

/** By name, so that a branch which is pushed to meanwhile does not move from one page to another. */
async function* branchesOf(line: Line, repo: Repo, signal?: AbortSignal): AsyncIterable<ListedBranch[]> {
  const call = {
    path: `${pathOf(repo)}/refs/branches`,
    query: { sort: "name" },
    reply: replies.Branch,
    signal,
  };
  for await (const page of line.pages(call)) {
    yield page.map(({ name, target }) => ({ name, sha: target.hash }));
  }
}

function openSince(mark: string | undefined): string {
  const open = 'state = "OPEN"';
  if (mark === undefined) return open;
  const since = new Date(Date.parse(mark) - OVERLAP).toISOString().replace("Z", "+00:00");
  return `updated_on >= ${since} AND ${open}`;
}

/** The head is told by 12 digits, which is enough to see that it is another one. */
function listedOf(request: replies.ListedPullRequest): ListedPullRequest {
  const { author, created_on: createdAt, updated_on: updatedAt, source } = request;
  return {
    pullRequest: pullRequestOf(request),
    author: author ? actorOf(author) : NOBODY,
    createdAt,
    version: `${updatedAt} ${source.commit?.hash ?? ""}`,
  };
}

function laterOf(one: string | undefined, other: string): string {
  return one !== undefined && Date.parse(one) >= Date.parse(other) ? one : other;
}
