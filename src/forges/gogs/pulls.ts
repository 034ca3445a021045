import { ForgehandError } from "../../core/errors.ts";
import type { PullRequest, Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { isGone } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { Issue } from "./payloads.ts";
import type { AskRefs, Refs } from "./refs.ts";
import { bareRequestOf } from "./translate.ts";

/** What reading a pull request takes. */
export interface PullsOptions {
  readonly line: Line;
  readonly askRefs: AskRefs;
  /** Where people open the repositories. */
  readonly web: string;
}

export const headRef = (number: number) => `refs/pull/${number}/head`;

/** Reading pull requests, by two halves: the API has them as issues, git has their heads. None can be found or opened. */
export function pulls({ line, askRefs, web }: PullsOptions) {
  /**
   * The head of an open pull request. Gogs tells of new commits before it moves the ref that shows the head, so where
   * the delivery named the branch, the branch counts; until a fork's commits are there to be fetched, it is too early.
   */
  async function headOf(repo: Repo, number: number, refs: Refs, told?: PullRequest, signal?: AbortSignal) {
    const shown = refs.get(headRef(number));
    const { repo: source = null, branch = "" } = told?.source ?? {};
    if (source === repo.fullName) return refs.get(`refs/heads/${branch}`) ?? shown;
    const newest = source === null ? shown : await branchHead(source, branch, signal);
    if (newest === undefined || newest === shown) return shown;
    throw notYet(repo, number);
  }

  /** The head of a branch of a fork; undefined where it is gone, or not for us to see. */
  async function branchHead(fullName: string, branch: string, signal?: AbortSignal) {
    try {
      return (await askRefs({ fullName }, signal)).get(`refs/heads/${branch}`);
    } catch (error) {
      if (isGone(error) || (error instanceof ForgehandError && !error.retryable)) return undefined;
      throw error;
    }
  }

  return {
    async pullRequest(repo, number, signal, told) {
      const issue = await line.ask(repo, { path: `/issues/${number}`, reply: Issue, signal });
      if (!issue.pull_request) throw noPullRequest(repo, number);
      const refs = await askRefs(repo, signal);
      const request = bareRequestOf(issue, `${web}/${repo.fullName}`);
      const headSha =
        request.state === "open" ? await headOf(repo, number, refs, told, signal) : refs.get(headRef(number));
      if (headSha === undefined) throw notYet(repo, number);
      return { ...request, headSha, fork: told?.fork ?? isForeign(headSha, refs) };
    },

    findPullRequest: () => Promise.resolve(undefined),

    openPullRequest: () => Promise.resolve("unsupported" as const),
  } satisfies Partial<Forge>;
}

/**
 * Whether a head is someone else's code, where no delivery told of its source: what is the head of a branch of the
 * repository itself was put there by somebody who may write.
 */
export function isForeign(sha: string, refs: Refs): boolean {
  return ![...refs].some(([name, commit]) => commit === sha && name.startsWith("refs/heads/"));
}

function noPullRequest({ fullName }: Repo, number: number): ForgehandError {
  return new ForgehandError(
    "FORGE_NOT_FOUND",
    `Number ${number} of ${fullName} is an issue, not a pull request.`,
  );
}

function notYet({ fullName }: Repo, number: number): ForgehandError {
  const message =
    `Gogs does not show the newest commit of pull request ${number} of ${fullName} yet: Forgehand asks again. ` +
    "If it goes on, push to its branch once more.";
  return new ForgehandError("FORGE_NOT_FOUND", message, { retryable: true });
}
