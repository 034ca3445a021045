import type { Listings } from "../../core/listings.ts";
import { listedAs, onceEach } from "../shared/gogs-lists.ts";
import { branchText, lookAtAll } from "../shared/whole-list.ts";
import { lookAtHeads } from "./heads.ts";
import type { PullsOptions } from "./pulls.ts";
import { ListedIssues } from "./replies.ts";
import { issueOf } from "./translate.ts";

const BRANCH = "refs/heads/";

/** What is open in a repository. Gogs tells nothing of changes: lists are read in whole, and compared by their marks. */
export function listings(options: PullsOptions): Listings {
  const { line, askRefs, web } = options;
  return {
    /** The last that was opened comes first, so that a change can be on any page. */
    async issues(repo, mark, signal) {
      const { items, requests } = await line.list(repo, { path: "/issues", reply: ListedIssues, signal });
      const issues = onceEach(items.filter(({ pull_request: pull }) => !pull)).map((one) => ({
        issue: issueOf(one, `${web}/${repo.fullName}`),
        ...listedAs(one),
      }));
      return lookAtAll(
        { items: issues, requests },
        mark,
        ({ issue, version }) => `${issue.number} ${version}`,
      );
    },

    pullRequests: (repo, mark, signal) => lookAtHeads(options, repo, mark, signal),

    async branches(repo, mark, signal) {
      const refs = [...(await askRefs(repo, signal))].filter(([ref]) => ref.startsWith(BRANCH));
      const branches = refs.map(([ref, sha]) => ({ name: ref.slice(BRANCH.length), sha }));
      return lookAtAll({ items: branches, requests: 1 }, mark, branchText);
    },
  };
}
