import type { PullRequest, Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { cut } from "../../core/text.ts";
import { isRefusal, nothingNew } from "../shared/refusals.ts";
import { headOf } from "./heads.ts";
import type { Line } from "./line.ts";
import { pathOf, quoted } from "./line.ts";
import { toBitbucket } from "./marker.ts";
import * as payloads from "./payloads.ts";
import { pullRequestOf } from "./translate.ts";

type Wanted = Parameters<Forge["openPullRequest"]>[1];

/** Characters of title and description that are known to be taken; Bitbucket names no limits. */
const TITLE_LIMIT = 255;
const DESCRIPTION_LIMIT = 250_000;

/** Reading, finding and opening pull requests. */
export function pulls(line: Line) {
  async function find(repo: Repo, branch: string, signal?: AbortSignal): Promise<PullRequest | undefined> {
    const pages = line.pages({
      path: `${pathOf(repo)}/pullrequests`,
      query: { q: `source.branch.name = ${quoted(branch)} AND state = "OPEN"` },
      reply: payloads.PullRequest,
      signal,
    });
    for await (const page of pages) {
      // Forks have branches of the same name.
      const hit = page.find(
        ({ source, state }) =>
          state === "OPEN" && source.branch.name === branch && source.repository?.uuid === repo.id,
      );
      if (hit !== undefined) return pullRequestOf(hit);
    }
    return undefined;
  }

  async function create(repo: Repo, wanted: Wanted, signal?: AbortSignal): Promise<PullRequest> {
    const { branch, base, title, body, draft } = wanted;
    const created = await line.ask({
      method: "POST",
      path: `${pathOf(repo)}/pullrequests`,
      body: {
        title: cut(title, TITLE_LIMIT),
        description: cut(toBitbucket(body), DESCRIPTION_LIMIT),
        source: { branch: { name: branch } },
        destination: { branch: { name: base } },
        draft,
      },
      reply: payloads.PullRequest,
      signal,
    });
    return pullRequestOf(created);
  }

  return {
    async pullRequest(repo, number, signal) {
      const path = `${pathOf(repo)}/pullrequests/${number}`;
      const found = await line.ask({ path, reply: payloads.PullRequest, signal });
      const headSha = await headOf(line, repo, found, signal);
      return { ...pullRequestOf(found), ...(headSha === undefined ? {} : { headSha }) };
    },

    findPullRequest: find,

    /** Looked for first: Bitbucket may answer a second request for the same branches in either way. */
    async openPullRequest(repo, wanted, signal) {
      const found = await find(repo, wanted.branch, signal);
      if (found !== undefined) return found;
      try {
        return await create(repo, wanted, signal);
      } catch (error) {
        throw isRefusal(error) && /no changes/i.test(error.message) ? nothingNew(wanted, error) : error;
      }
    },
  } satisfies Partial<Forge>;
}
