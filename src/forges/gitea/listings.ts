import type { Listings } from "../../core/listings.ts";
import { listedAs, onceEach } from "../shared/gogs-lists.ts";
import { digestOf } from "../shared/marks.ts";
import { branchText, lookAtAll } from "../shared/whole-list.ts";
import type { Line } from "./line.ts";
import { Branches, ListedIssues, ListedPullRequests } from "./replies.ts";
import { issueOf, pullRequestOf } from "./translate.ts";

/** Milliseconds by which looks overlap: servers list issues out of an index, which lags some seconds behind. */
const OVERLAP = 60_000;

/** What is open in a repository. Servers answer no conditional requests, but tell what was changed since. */
export function listings(line: Line): Listings {
  return {
    /** The mark is when the server answered, by its own clock. */
    async issues(repo, mark, signal) {
      const query: Record<string, string> = { state: "open", type: "issues" };
      if (mark !== undefined) query.since = lookedBefore(mark).toISOString();
      const call = { path: "/issues", query, reply: ListedIssues, signal };
      const { items, requests, at } = await line.list(repo, call);
      if (mark !== undefined && items.length === 0) return { kind: "unchanged", requests };
      return {
        kind: "listed",
        items: onceEach(items).map((one) => ({ issue: issueOf(one), ...listedAs(one) })),
        whole: mark === undefined,
        mark: at.toISOString(),
        requests,
      };
    },

    /**
     * The latest changes first, as far as the look before. The mark is when the server answered, and what it showed; it
     * is compared in whole, since an old server may move a head without a word of it in the time of change.
     */
    async pullRequests(repo, mark, signal) {
      const [before, shown] = mark?.split(" ") ?? [];
      const known = before === undefined ? new Date(0) : lookedBefore(before);
      const query = { state: "open", sort: "recentupdate" };
      const call = { path: "/pulls", query, reply: ListedPullRequests, signal };
      const { items, whole, requests, at } = await line.list(repo, call, (page) =>
        page.some(({ updated_at: updated }) => updated < known),
      );
      const listed = onceEach(items).map((one) => ({
        pullRequest: pullRequestOf(one),
        ...listedAs(one, one.head.sha),
      }));
      const digest = digestOf(listed.map(({ pullRequest, version }) => `${pullRequest.number} ${version}`));
      if (digest === shown) return { kind: "unchanged", requests };
      return { kind: "listed", items: listed, whole, mark: `${at.toISOString()} ${digest}`, requests };
    },

    async branches(repo, mark, signal) {
      const { items, requests } = await line.list(repo, { path: "/branches", reply: Branches, signal });
      const branches = items.map(({ name, commit }) => ({ name, sha: commit.id }));
      return lookAtAll({ items: branches, requests }, mark, branchText);
    },
  };
}

/** The moment from which on a look shows what it may have missed at the look before. */
function lookedBefore(at: string): Date {
  return new Date(Date.parse(at) - OVERLAP);
}
