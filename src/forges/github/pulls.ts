import { z } from "zod";

import type { PullRequest, Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { fitBody } from "../shared/fit.ts";
import { isRefusal, nothingNew } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { partsOf } from "./line.ts";
import * as payloads from "./payloads.ts";
import { BODY_LIMIT } from "./threads.ts";
import { pullRequestOf } from "./translate.ts";

type Wanted = Parameters<Forge["openPullRequest"]>[1];

/** Reading, finding and opening pull requests. */
export function pulls(line: Line) {
  async function find(repo: Repo, branch: string, signal?: AbortSignal): Promise<PullRequest | undefined> {
    const pages = line.pages(repo, {
      route: "GET /repos/{owner}/{repo}/pulls",
      reply: z.array(payloads.PullRequest),
      // A bare branch name would be ignored and everything listed, so each hit is looked at again.
      parameters: { state: "open", head: `${partsOf(repo).owner}:${branch}` },
      signal,
    });
    for await (const page of pages) {
      const hit = page.find(({ head }) => head.ref === branch && String(head.repo?.id) === repo.id);
      if (hit !== undefined) return pullRequestOf(hit);
    }
    return undefined;
  }

  async function create(repo: Repo, wanted: Wanted, signal?: AbortSignal): Promise<PullRequest> {
    const { branch, base, title, body, draft } = wanted;
    const created = await line.ask(repo, {
      route: "POST /repos/{owner}/{repo}/pulls",
      reply: payloads.PullRequest,
      parameters: { head: branch, base, title, body: fitBody(body, BODY_LIMIT), draft },
      signal,
    });
    return pullRequestOf(created);
  }

  return {
    async pullRequest(repo, number, signal) {
      const found = await line.ask(repo, {
        route: "GET /repos/{owner}/{repo}/pulls/{pull_number}",
        reply: payloads.PullRequest,
        parameters: { pull_number: number },
        signal,
      });
      return pullRequestOf(found);
    },

    findPullRequest: find,

    async openPullRequest(repo, wanted, signal) {
      const found = await find(repo, wanted.branch, signal);
      if (found !== undefined) return found;
      try {
        return await create(repo, wanted, signal);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        if (/already exists/i.test(error.message)) {
          const other = await find(repo, wanted.branch, signal);
          if (other !== undefined) return other;
        }
        // Private repositories of free accounts have no drafts.
        if (wanted.draft && /draft pull requests are not supported/i.test(error.message)) {
          return create(repo, { ...wanted, draft: false }, signal);
        }
        throw /no commits between/i.test(error.message) ? nothingNew(wanted, error) : error;
      }
    },
  } satisfies Partial<Forge>;
}
