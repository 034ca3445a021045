import type { PullRequest, Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { COMMENT_MARKER, cut } from "../../core/text.ts";
import { AnswerError } from "../shared/refusals.ts";
import { iterationsOf } from "./iterations.ts";
import { labelsOn } from "./labels.ts";
import type { Line } from "./line.ts";
import { pagesOf, repositoryPath } from "./place.ts";
import * as replies from "./replies.ts";
import { proposalOf } from "./translate.ts";

type Wanted = Parameters<Forge["openPullRequest"]>[1];

/** Characters of a title and of a description. Source: Azure DevOps docs, "Pull Requests - Create". */
const TITLE_LIMIT = 400;
const DESCRIPTION_LIMIT = 4_000;
/** The most that a list hands out; there is one open pull request for each pair of branches. */
const PAGE_SIZE = "100";

/** The id of no identity. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** How a description of ours says which work item it is for. */
const CLOSING = /^Fixes #(\d+)$/gm;

/** A closing reference, which is found again in the description to link the work item. */
export function closingReference(number: number): string {
  return `Fixes #${number}`;
}

/** Reading, finding and opening pull requests. `web`: where people open the organization. */
export function pulls(line: Line, web: string) {
  const translate = (repo: Repo, request: replies.PullRequest, head?: string | null): PullRequest => {
    const sha = head ?? request.lastMergeSourceCommit?.commitId;
    return { ...answeredOf(web, repo, request), ...(sha ? { headSha: sha } : {}) };
  };

  async function find(
    repo: Repo,
    branch: string,
    signal?: AbortSignal,
  ): Promise<replies.PullRequest | undefined> {
    const sourceRefName = `refs/heads/${branch}`;
    const query = {
      "searchCriteria.status": "active",
      "searchCriteria.sourceRefName": sourceRefName,
      $top: PAGE_SIZE,
    };
    const path = `${repositoryPath(repo)}/pullrequests`;
    const { value } = await line.ask({ path, query, reply: replies.PullRequests, signal });
    // Forks have branches of the same name.
    return value.find((one) => one.sourceRefName === sourceRefName && !one.forkSource);
  }

  /**
   * A repository may have new pull requests complete themselves once all policies allow, in the name of who opened them.
   * Nothing of ours is merged unseen: where nobody else wanted that, it is taken back.
   */
  async function heldBack(
    repo: Repo,
    request: replies.PullRequest,
    signal?: AbortSignal,
  ): Promise<PullRequest> {
    const { autoCompleteSetBy: wants, createdBy } = request;
    if (wants && wants.id === createdBy?.id) {
      await line.ask({
        method: "PATCH",
        path: `${repositoryPath(repo)}/pullrequests/${request.pullRequestId}`,
        body: { autoCompleteSetBy: { id: NOBODY } },
        reply: replies.Anything,
        signal,
      });
    }
    return translate(repo, request);
  }

  async function create(repo: Repo, wanted: Wanted, signal?: AbortSignal): Promise<replies.PullRequest> {
    const { branch, base, title, body, draft } = wanted;
    // The last one is ours: what a command wrote stands before it.
    const [, workItem] = [...body.matchAll(CLOSING)].at(-1) ?? [];
    return line.ask({
      method: "POST",
      path: `${repositoryPath(repo)}/pullrequests`,
      query: { supportsIterations: "true" },
      body: {
        sourceRefName: `refs/heads/${branch}`,
        targetRefName: `refs/heads/${base}`,
        title: cut(title, TITLE_LIMIT),
        description: shortened(body, workItem),
        isDraft: draft,
        ...(workItem === undefined ? {} : { workItemRefs: [{ id: workItem }] }),
      },
      reply: replies.PullRequest,
      signal,
    });
  }

  return {
    async pullRequest(repo, number, signal) {
      const path = `${repositoryPath(repo)}/pullrequests/${number}`;
      const found = await line.ask({ path, reply: replies.PullRequest, signal });
      const [iterations, labels] = await Promise.all([
        iterationsOf(line, repo, number, signal),
        // Lists have the labels of a pull request, and what is asked for alone leaves them out.
        found.labels ?? labelsOn(line, repo, number, signal),
      ]);
      return translate(repo, { ...found, labels }, iterations.at(-1)?.sourceRefCommit?.commitId);
    },

    async findPullRequest(repo, branch, signal) {
      const found = await find(repo, branch, signal);
      return found && translate(repo, found);
    },

    async openPullRequest(repo, wanted, signal) {
      const found = await find(repo, wanted.branch, signal);
      if (found !== undefined) return heldBack(repo, found, signal);
      try {
        return await heldBack(repo, await create(repo, wanted, signal), signal);
      } catch (error) {
        // TF401179: somebody opened one meanwhile, or our answer got lost.
        if (!(error instanceof AnswerError) || error.status !== 409) throw error;
        const other = await find(repo, wanted.branch, signal);
        if (other === undefined) throw error;
        return heldBack(repo, other, signal);
      }
    },
  } satisfies Partial<Forge>;
}

/** A pull request of an answer, without its head: what is told is that of the last try to merge, which may lag behind. */
export function answeredOf(web: string, repo: Repo, request: replies.PullRequest): PullRequest {
  return proposalOf(request, repo.fullName, `${pagesOf(web, repo)}/pullrequest/${request.pullRequestId}`);
}

/** A description within the limit. What it closes and our marker stay, since they are what others go by. */
function shortened(body: string, workItem: string | undefined): string {
  const short = cut(body, DESCRIPTION_LIMIT);
  if (short === body) return body;
  const end = `${workItem === undefined ? "" : `${closingReference(Number(workItem))}\n\n`}${COMMENT_MARKER}`;
  return `${cut(body, DESCRIPTION_LIMIT - end.length - 2)}\n\n${end}`;
}
