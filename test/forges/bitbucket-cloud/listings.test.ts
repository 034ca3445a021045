import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import { commit } from "../../../demo/repository.ts";
import { DEFAULT_BRANCH } from "../../../demo/world.ts";
import { WORLDS } from "../../../demo/worlds.ts";
import type { Forge } from "../../../src/core/forge.ts";
import { bitbucketCloud } from "../../../src/forges/bitbucket-cloud/index.ts";
import { listingContract } from "../../contracts/forge-listings.ts";
import { openForge } from "../../support/open-forge.ts";
import { SHA } from "../../support/samples.ts";
import { answered, API, foretold, from, openWithToken, R, repo } from "./api.ts";

const subject = {
  adapter: bitbucketCloud,
  openWorld: (root: string) => WORLDS["bitbucket-cloud"]({ root }),
};

listingContract(subject);

it("a pull request of Bitbucket Cloud has another version with each head, of which its list tells 12 digits", async () => {
  await using opened = await openForge(subject);
  const { forge, world } = opened;
  const here = await forge.repository(world.repository.fullName);
  expect(here.defaultBranch).toBe(DEFAULT_BRANCH);
  const change = (text: string) =>
    commit(world.bare, {
      branch: "change",
      message: text,
      files: { "a.txt": text },
      ...(text === "b" ? { from: DEFAULT_BRANCH } : {}),
    });
  await change("b");
  await world.openPullRequest({ title: "Change it", branch: "change" });
  const look = async (mark?: string) => {
    const looked = await forge.listings.pullRequests(here, mark);
    if (looked.kind !== "listed") throw new Error(`the look was ${looked.kind}`);
    return looked;
  };
  const first = await look();
  expect(first.items[0]?.pullRequest.headSha).toBeUndefined();
  expect((await look(first.mark)).items).toEqual(first.items);
  const sha = await change("c");
  const [item] = (await look(first.mark)).items;
  expect(item?.version).not.toBe(first.items[0]?.version);
  expect(item?.version).toContain(sha.slice(0, 12));
});

describe("a look at Bitbucket Cloud", () => {
  let api: nock.Scope;
  let forge: Forge;

  beforeEach(async () => {
    ({ api } = foretold());
    forge = await openWithToken();
  });

  const OPEN = 'state = "OPEN"';
  const pulls = (q: string) => api.get(`${R}/pullrequests`).query({ q, sort: "-updated_on", pagelen: "50" });
  const listed = (id: number, updated: string, change: object = {}) =>
    answered({
      id,
      author: { uuid: "{a1}", nickname: "alice" },
      created_on: "2026-11-20T10:00:00.000000+00:00",
      updated_on: updated,
      ...change,
    });

  it("shows no issues, and asks for none", async () => {
    expect(await forge.listings.issues(repo, undefined)).toEqual({ kind: "unsupported" });
  });

  it("shows all open pull requests at first, page by page, whoever made them", async () => {
    const next = `${API}${R}/pullrequests?page=2`;
    pulls(OPEN).reply(200, { values: [listed(8, "2026-11-25T12:00:00.250000+00:00")], next });
    const gone = listed(7, "2026-11-24T12:00:00+00:00", { author: null, source: from(null) });
    api
      .get(`${R}/pullrequests`)
      .query({ page: "2" })
      .reply(200, { values: [gone] });
    expect(await forge.listings.pullRequests(repo, undefined)).toMatchObject({
      kind: "listed",
      whole: true,
      requests: 2,
      mark: "2026-11-25T12:00:00.250000+00:00",
      items: [
        {
          pullRequest: { number: 8, state: "open", fork: false },
          author: { id: "{a1}", login: "alice" },
          createdAt: new Date("2026-11-20T10:00:00Z"),
          version: `2026-11-25T12:00:00.250000+00:00 ${"a".repeat(12)}`,
        },
        { pullRequest: { number: 7, fork: true }, author: { id: "", login: "" } },
      ],
    });
  });

  it("then asks for what changed since the newest change, and a minute before", async () => {
    const since = (time: string) => pulls(`updated_on >= 2026-11-25T${time}+00:00 AND ${OPEN}`);
    const values = [listed(9, "2026-11-25T14:00:00.5+02:00"), listed(8, "2026-11-25T14:30:00+03:00")];
    since("11:59:00.250").reply(200, { values });
    const mark = "2026-11-25T12:00:00.250000+00:00";
    const looked = await forge.listings.pullRequests(repo, mark);
    // By the time, not by how it is written: two hours east it was noon, three hours east not yet.
    expect(looked).toMatchObject({ whole: false, requests: 1, mark: "2026-11-25T14:00:00.5+02:00" });
    since("11:59:00.500").reply(200, { values: [] });
    expect(await forge.listings.pullRequests(repo, "2026-11-25T14:00:00.5+02:00")).toEqual({
      kind: "unchanged",
      requests: 1,
    });
  });

  it("has no mark where nothing is open, and so looks at all again", async () => {
    pulls(OPEN).reply(200, { values: [] });
    const looked = await forge.listings.pullRequests(repo, undefined);
    expect(looked).toEqual({ kind: "listed", items: [], whole: true, requests: 1 });
  });

  it("reads the branches by name and in whole, and tells where they are the same", async () => {
    const branches = () => api.get(`${R}/refs/branches`).query({ sort: "name", pagelen: "50" });
    const answer = (hash = SHA) => {
      const branch = (name: string) => ({ name, target: { hash } });
      branches().reply(200, { values: [branch("main")], next: `${API}${R}/refs/branches?page=2` });
      api
        .get(`${R}/refs/branches`)
        .query({ page: "2" })
        .reply(200, { values: [branch("x/y")] });
    };
    answer();
    const looked = await forge.listings.branches(repo, undefined);
    if (looked.kind !== "listed") throw new Error(looked.kind);
    expect(looked).toMatchObject({ whole: true, requests: 2 });
    expect(looked.items).toEqual([
      { name: "main", sha: SHA },
      { name: "x/y", sha: SHA },
    ]);
    answer();
    expect(await forge.listings.branches(repo, looked.mark)).toEqual({ kind: "unchanged", requests: 2 });
    answer("c".repeat(40));
    expect(await forge.listings.branches(repo, looked.mark)).toMatchObject({ kind: "listed" });
  });
});
