import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import { WORLDS } from "../../../demo/worlds.ts";
import type { Forge } from "../../../src/core/forge.ts";
import { bitbucketDataCenter } from "../../../src/forges/bitbucket-data-center/index.ts";
import { listingContract } from "../../contracts/forge-listings.ts";
import { repo, SHA } from "../../support/samples.ts";
import { answered, foretold, openWithToken, page, REPO, repository, SERVER } from "./api.ts";

listingContract({
  adapter: bitbucketDataCenter,
  openWorld: (root) => WORLDS["bitbucket-data-center"]({ root }),
});

describe("a look at Bitbucket Data Center", () => {
  let api: nock.Scope;
  let forge: Forge;

  beforeEach(async () => {
    ({ api } = foretold());
    forge = await openWithToken();
  });

  const pulls = (start = "0") =>
    api.get(`${REPO}/pull-requests`).query({ state: "OPEN", order: "OLDEST", limit: "1000", start });
  const listed = (change: object = {}) =>
    answered({
      createdDate: 1_763_798_400_000,
      updatedDate: 1_763_798_500_000,
      author: { user: { id: 3, name: "ada" }, role: "AUTHOR" },
      ...change,
    });
  const look = (mark?: string) => forge.listings.pullRequests(repo, mark);
  const markOf = async () => {
    const looked = await look();
    if (looked.kind !== "listed" || looked.mark === undefined) throw new Error(looked.kind);
    return looked.mark;
  };

  it("shows no issues, and asks for none", async () => {
    expect(await forge.listings.issues(repo, undefined)).toEqual({ kind: "unsupported" });
  });

  it("names the page of a pull request where the server sends none, and goes on where the server says", async () => {
    pulls().reply(200, page([listed()], { isLastPage: false, nextPageStart: 40 }));
    const fork = { id: "refs/heads/lamp", latestCommit: SHA, repository: repository(77, "hello", "~ada") };
    pulls("40").reply(200, page([listed({ id: 9, fromRef: fork })]));
    expect(await look()).toMatchObject({
      kind: "listed",
      whole: true,
      requests: 2,
      items: [
        {
          pullRequest: {
            number: 8,
            headSha: SHA,
            fork: false,
            url: `${SERVER}/projects/octo/repos/hello/pull-requests/8`,
          },
          author: { id: "3", login: "ada" },
          createdAt: new Date(1_763_798_400_000),
        },
        { pullRequest: { number: 9, fork: true, source: { branch: "lamp", repo: "~ada/hello" } } },
      ],
    });
  });

  it.each([
    ["the count of edits", { version: 4 }],
    ["the time of change", { updatedDate: 1_763_798_500_001 }],
    [
      "the head, of which neither need tell",
      { fromRef: { ...answered().fromRef, latestCommit: "f".repeat(40) } },
    ],
  ])("sees a pull request change by %s", async (_what, change) => {
    pulls().reply(200, page([listed()]));
    const mark = await markOf();
    pulls().reply(200, page([listed()]));
    expect(await look(mark)).toEqual({ kind: "unchanged", requests: 1 });
    pulls().reply(200, page([listed(change)]));
    expect(await look(mark)).toMatchObject({ kind: "listed", whole: true });
  });

  it("sees that one is closed, since it is not listed any more", async () => {
    pulls().reply(200, page([listed(), listed({ id: 9 })]));
    const mark = await markOf();
    pulls().reply(200, page([listed()]));
    expect(await look(mark)).toMatchObject({ kind: "listed", items: [{ pullRequest: { number: 8 } }] });
  });

  it("reads the branches by name and in whole", async () => {
    const branches = (start = "0") =>
      api.get(`${REPO}/branches`).query({ orderBy: "ALPHABETICAL", limit: "1000", start });
    const branch = (name: string) => ({ id: `refs/heads/${name}`, displayId: name, latestCommit: SHA });
    branches().reply(200, page([branch("main")], { isLastPage: false, nextPageStart: 1 }));
    branches("1").reply(200, page([branch("x/y")]));
    expect(await forge.listings.branches(repo, undefined)).toMatchObject({
      items: [
        { name: "main", sha: SHA },
        { name: "x/y", sha: SHA },
      ],
      whole: true,
      requests: 2,
    });
  });
});
