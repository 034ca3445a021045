import type { PullRequest, Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { isGone, isRefusal, nothingNew } from "../shared/refusals.ts";
import { apiPath, pagePath, partsOf } from "./addresses.ts";
import { BitbucketError } from "./errors.ts";
import { cutToFit } from "./limits.ts";
import type { Line } from "./line.ts";
import { toBitbucket } from "./marker.ts";
import * as payloads from "./payloads.ts";
import { Done, Existing, PullRequests } from "./replies.ts";
import { answeredOf } from "./translate.ts";

type Wanted = Parameters<Forge["openPullRequest"]>[1];

/** Characters of a title, above which Bitbucket answers 400. */
const TITLE_LIMIT = 255;

const HEADS = "refs/heads/";

/** Reading, finding and opening pull requests. */
export function pulls(line: Line, { web }: { web: string }) {
  const pathOf = (repo: Repo) => `api/latest/${apiPath(repo)}/pull-requests`;

  const translate = (repo: Repo, request: payloads.PullRequest) => answeredOf(request, repo, web);

  async function find(repo: Repo, branch: string, signal?: AbortSignal): Promise<PullRequest | undefined> {
    const query = { state: "OPEN", direction: "OUTGOING", at: `${HEADS}${branch}` };
    for await (const { values } of line.pages({ path: pathOf(repo), query, reply: PullRequests, signal })) {
      const hit = values.find((request) => isWithin(repo, branch, request));
      if (hit !== undefined) return translate(repo, hit);
    }
    return undefined;
  }

  async function create(repo: Repo, wanted: Wanted, signal?: AbortSignal): Promise<PullRequest> {
    const { branch, base, title, body, draft } = wanted;
    const created = await line.ask({
      method: "POST",
      path: pathOf(repo),
      body: {
        title: cutToFit(title, TITLE_LIMIT),
        description: toBitbucket(body),
        fromRef: refOf(repo, branch),
        toRef: refOf(repo, base),
        ...(draft ? { draft } : {}),
      },
      reply: payloads.PullRequest,
      signal,
    });
    return translate(repo, created);
  }

  return {
    async pullRequest(repo, number, signal) {
      const path = `${pathOf(repo)}/${number}`;
      const found = await line.ask({ path, reply: payloads.PullRequest, signal });
      return translate(repo, found);
    },

    /** Bitbucket does so when somebody looks at the changes. Source: jenkinsci/bitbucket-branch-source-plugin#548. */
    async refreshPullRequestRef(repo, number, signal) {
      const path = `${pathOf(repo)}/${number}/changes`;
      try {
        await line.ask({ path, query: { limit: "1" }, reply: Done, signal });
      } catch (error) {
        if (!isGone(error) && !isRefusal(error)) throw error;
      }
    },

    findPullRequest: find,

    async openPullRequest(repo, wanted, signal) {
      const found = await find(repo, wanted.branch, signal);
      if (found !== undefined) return found;
      try {
        return await create(repo, wanted, signal);
      } catch (error) {
        if (!(error instanceof BitbucketError)) throw error;
        if (error.names("EmptyPullRequestException")) throw nothingNew(wanted, error);
        if (error.names("DuplicatePullRequestException")) {
          const named = existingIn(error.data).find((request) => isWithin(repo, wanted.branch, request));
          const other = named ? translate(repo, named) : await find(repo, wanted.branch, signal);
          if (other !== undefined) return other;
        }
        // Servers before 8.18 have no drafts, and need not take a member that they do not know.
        if (wanted.draft && error.status === 400) return create(repo, { ...wanted, draft: false }, signal);
        throw error;
      }
    },

    /** Page for making a pull request, with commits and changes beside; what a push to Bitbucket answers links there too. */
    compareUrl(repo, base, branch) {
      const query = new URLSearchParams({
        sourceBranch: `${HEADS}${branch}`,
        targetBranch: `${HEADS}${base}`,
      });
      return `${web}/${pagePath(repo)}/pull-requests?create&${query.toString()}`;
    },
  } satisfies Partial<Forge>;
}

/** Whether it goes from a branch of a repository into the same one. */
function isWithin(repo: Repo, branch: string, { fromRef, toRef }: payloads.PullRequest): boolean {
  const ids = [fromRef.repository?.id, toRef.repository.id].map(String);
  return fromRef.id === `${HEADS}${branch}` && ids.every((id) => id === repo.id);
}

function refOf(repo: Repo, branch: string) {
  const { project, slug } = partsOf(repo);
  return { id: `${HEADS}${branch}`, repository: { slug, project: { key: project } } };
}

/** The pull requests that a refusal names. */
function existingIn(data: unknown): payloads.PullRequest[] {
  const { errors = [] } = Existing.safeParse(data).data ?? {};
  return errors.flatMap(({ existingPullRequest }) => existingPullRequest ?? []);
}
