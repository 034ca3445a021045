import { z } from "zod";

import type { PullRequest, Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { cut } from "../../core/text.ts";
import { fitBody } from "../shared/fit.ts";
import { isRefusal } from "../shared/refusals.ts";
import { DRAFT, isDraftTitle } from "./drafts.ts";
import type { Line } from "./line.ts";
import * as payloads from "./payloads.ts";
import { BODY_LIMIT } from "./threads.ts";
import { pullRequestOf } from "./translate.ts";

type Wanted = Parameters<Forge["openPullRequest"]>[1];

/** Characters of a title; the database has room for no more. Source: go-gitea/gitea models/issues/issue.go. */
const TITLE_LIMIT = 255;

/** Reading, finding and opening pull requests. */
export function pulls(line: Line) {
  /** Every open one is looked at: not all servers can be asked for a branch. Ours was touched lately. */
  async function find(repo: Repo, branch: string, signal?: AbortSignal): Promise<PullRequest | undefined> {
    const pages = line.pages(repo, {
      path: "/pulls",
      query: { state: "open", sort: "recentupdate" },
      reply: z.array(payloads.PullRequest),
      signal,
    });
    for await (const page of pages) {
      // Forks have branches of the same name.
      const hit = page.find(({ head }) => head.ref === branch && String(head.repo_id) === repo.id);
      if (hit !== undefined) return pullRequestOf(hit);
    }
    return undefined;
  }

  async function create(repo: Repo, wanted: Wanted, signal?: AbortSignal): Promise<PullRequest> {
    const { branch, base, title, body, draft } = wanted;
    const marked = draft && !isDraftTitle(title) ? `${DRAFT}${title}` : title;
    const created = await line.ask(repo, {
      method: "POST",
      path: "/pulls",
      body: { head: branch, base, title: cut(marked, TITLE_LIMIT), body: fitBody(body, BODY_LIMIT) },
      reply: payloads.PullRequest,
      signal,
    });
    return pullRequestOf(created);
  }

  return {
    async pullRequest(repo, number, signal) {
      return pullRequestOf(
        await line.ask(repo, { path: `/pulls/${number}`, reply: payloads.PullRequest, signal }),
      );
    },

    findPullRequest: find,

    async openPullRequest(repo, wanted, signal) {
      const found = await find(repo, wanted.branch, signal);
      if (found !== undefined) return found;
      try {
        return await create(repo, wanted, signal);
      } catch (error) {
        // 409 among others: somebody opened it at the same moment.
        if (!isRefusal(error)) throw error;
        const other = await find(repo, wanted.branch, signal);
        if (other === undefined) throw error;
        return other;
      }
    },
  } satisfies Partial<Forge>;
}
