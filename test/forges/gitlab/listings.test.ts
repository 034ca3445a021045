import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import { WORLDS } from "../../../demo/worlds.ts";
import type { Forge } from "../../../src/core/forge.ts";
import { gitlab } from "../../../src/forges/gitlab/index.ts";
import { listingContract } from "../../contracts/forge-listings.ts";
import { repo, SHA } from "../../support/samples.ts";
import { foretold, openWithToken } from "./api.ts";

listingContract({
  adapter: gitlab,
  openWorld: (root) => WORLDS.gitlab({ root }),
});

describe("lists of GitLab", () => {
  let api: nock.Scope;
  let forge: Forge;

  beforeEach(async () => {
    ({ api } = foretold());
    forge = await openWithToken();
  });

  const at = (second: number) => `2026-11-02T10:00:${String(second).padStart(2, "0")}.500Z`;
  const issue = (iid: number, second: number, change: object = {}) => ({
    iid,
    title: `Issue ${iid}`,
    description: null,
    state: "opened",
    labels: [],
    web_url: `https://gitlab.com/octo/hello/-/issues/${iid}`,
    author: { id: 1, username: "alice" },
    created_at: "2026-11-01T10:00:00.000Z",
    updated_at: at(second),
    ...change,
  });
  const query = (page: number, after?: string) => ({
    state: "opened",
    scope: "all",
    order_by: "updated_at",
    sort: "asc",
    page,
    per_page: 100,
    ...(after === undefined ? {} : { updated_after: after }),
  });
  const asked = (page: number, after?: string) => api.get("/projects/42/issues").query(query(page, after));
  const shown = (items: object[], next?: number) =>
    [200, items, { "content-type": "application/json", "x-next-page": String(next ?? "") }] as const;
  const look = (mark?: string) => forge.listings.issues(repo, mark);
  const seen = (looked: Awaited<ReturnType<typeof look>>) =>
    looked.kind === "listed" ? looked.items.map(({ issue: { number } }) => number) : looked.kind;

  it("are read on from the time that a page ended at, so that a change meanwhile hides no issue", async () => {
    asked(1).reply(...shown([issue(1, 1), issue(2, 2)], 2));
    // Issue 1 was changed meanwhile: by their number, the next page would begin behind issue 3.
    const newer = issue(1, 9, { labels: ["coding agent"] });
    asked(1, at(2)).reply(...shown([issue(2, 2), issue(3, 3), newer]));
    const looked = await look();
    expect(looked).toMatchObject({ kind: "listed", whole: true, requests: 2 });
    expect(seen(looked)).toEqual([1, 2, 3]);
    expect(looked).toMatchObject({ items: [{ issue: { labels: ["coding agent"] } }, {}, {}] });
  });

  it("are read by the number of the page where more than a page has one time, as after an import", async () => {
    asked(1).reply(...shown([issue(1, 1), issue(2, 1)], 2));
    asked(1, at(1)).reply(...shown([issue(1, 1), issue(2, 1)], 2));
    asked(2, at(1)).reply(...shown([issue(3, 1), issue(4, 5)], 3));
    asked(1, at(5)).reply(...shown([issue(4, 5)]));
    expect(seen(await look())).toEqual([1, 2, 3, 4]);
  });

  it("show at the next look what changed since, and a little before", async () => {
    asked(1).reply(...shown([issue(1, 50)]));
    const first = await look();
    asked(1, at(20)).reply(...shown([issue(1, 50)]));
    const again = await look(first.kind === "listed" ? first.mark : "");
    expect(again).toMatchObject({ kind: "listed", whole: false, requests: 1 });
    // Where nothing is shown, the next look begins at the same time.
    asked(1, at(20)).reply(...shown([]));
    const empty = await look(again.kind === "listed" ? again.mark : "");
    expect(empty).toMatchObject({ items: [], mark: again.kind === "listed" && again.mark });
  });

  it("tell by the labels that an issue changed whose time stands still", async () => {
    const versions = [];
    for (const labels of [[], ["coding agent"]]) {
      asked(1).reply(...shown([issue(1, 1, { labels })]));
      const looked = await look();
      versions.push(looked.kind === "listed" && looked.items[0]?.version);
    }
    expect(new Set(versions).size).toBe(2);
  });

  it("mark what only some people may see, and know authors that are gone", async () => {
    asked(1).reply(...shown([issue(1, 1, { confidential: true, author: null }), issue(2, 2)]));
    expect(await look()).toMatchObject({
      items: [
        { confidential: true, author: { login: "ghost" } },
        { issue: { number: 2 }, author: { id: "1", login: "alice" } },
      ],
    });
  });

  it("name the source of a merge request, but for a fork, which has only a number there", async () => {
    const request = (iid: number, source: number) => ({
      ...issue(iid, iid),
      source_branch: "change",
      target_branch: "main",
      source_project_id: source,
      target_project_id: 42,
      sha: SHA,
    });
    api
      .get("/projects/42/merge_requests")
      .query(query(1))
      .reply(...shown([request(1, 42), request(2, 43)]));
    const looked = await forge.listings.pullRequests(repo, undefined);
    const [own, fork] = looked.kind === "listed" ? looked.items : [];
    expect(own?.pullRequest).toMatchObject({
      headSha: SHA,
      fork: false,
      source: { branch: "change", repo: "octo/hello" },
    });
    expect(fork?.pullRequest).toMatchObject({ headSha: SHA, fork: true });
    expect(fork?.pullRequest).not.toHaveProperty("source");
  });

  it("of branches are read on all pages", async () => {
    const page = (number: number) =>
      api.get("/projects/42/repository/branches").query({ page: number, per_page: 100 });
    page(1).reply(...shown([{ name: "main", commit: { id: SHA } }], 2));
    page(2).reply(...shown([{ name: "feature/x", commit: { id: SHA } }]));
    expect(await forge.listings.branches(repo, undefined)).toEqual({
      kind: "listed",
      items: [
        { name: "main", sha: SHA },
        { name: "feature/x", sha: SHA },
      ],
      whole: true,
      requests: 2,
    });
  });
});

describe("a project", () => {
  it("is known by its path, also after it was moved", async () => {
    const { api } = foretold();
    api
      .get("/projects/octo%2Fdeep%2Fold")
      .reply(302, undefined, { location: "https://gitlab.com/api/v4/projects/42" });
    api.get("/projects/42").reply(200, { id: 42, path_with_namespace: "octo/hello", default_branch: "main" });
    const forge = await openWithToken();
    expect(await forge.repository("octo/deep/old")).toEqual({
      id: "42",
      fullName: "octo/hello",
      defaultBranch: "main",
    });
  });
});
