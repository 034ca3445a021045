import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import { openAzureDevOps } from "../../../demo/azure-devops/world.ts";
import { commit } from "../../../demo/repository.ts";
import { DEFAULT_BRANCH } from "../../../demo/world.ts";
import type { Forge } from "../../../src/core/forge.ts";
import type { Looked } from "../../../src/core/listings.ts";
import { azureDevOps } from "../../../src/forges/azure-devops/index.ts";
import { listingContract } from "../../contracts/forge-listings.ts";
import { openForge } from "../../support/open-forge.ts";
import type { ForgeSubject } from "../../support/open-forge.ts";
import { foretold, G, HOST, openWithToken, repo, V } from "./api.ts";

const SUBJECT: ForgeSubject = {
  adapter: azureDevOps,
  openWorld: (root) => openAzureDevOps({ root }),
};

listingContract(SUBJECT);

const PROJECT = "/6a1f0c52-93d4-4a37-8f1e-0d2b7c5e9a10";
const MIRA = "8e5a7d10-2c6b-4e0f-9b53-a41d7f60c982";

function listed<Item>(looked: Looked<Item>): Extract<Looked<Item>, { kind: "listed" }> {
  if (looked.kind !== "listed") throw new Error(`the look was ${looked.kind}`);
  return looked;
}

describe("against a stand-in with state", () => {
  it("a pull request has another version soon after a push, by the head that is tried to be merged", async () => {
    await using opened = await openForge(SUBJECT);
    const { world, forge } = opened;
    const here = { id: world.ids.repository(world.repository), fullName: world.repository.fullName };
    const push = (from: string, text: string) =>
      commit(world.bare, { branch: "change", from, message: text, files: { "a.txt": text } });
    await push(DEFAULT_BRANCH, "1\n");
    await world.openPullRequest({ title: "Change it", branch: "change" });
    const version = async () => listed(await forge.listings.pullRequests(here, undefined)).items[0]?.version;
    const first = await version();
    expect(await version()).toBe(first);
    await push("change", "2\n");
    // The first look may still show what was tried before.
    await version();
    expect(await version()).not.toBe(first);
  });

  it("labels of a pull request are listed, and asked for where it is read alone", async () => {
    await using opened = await openForge(SUBJECT);
    const { world, forge } = opened;
    const here = { id: world.ids.repository(world.repository), fullName: world.repository.fullName };
    await commit(world.bare, {
      branch: "change",
      from: DEFAULT_BRANCH,
      message: "1",
      files: { "a.txt": "1" },
    });
    const pull = await world.openPullRequest({ title: "Change it", branch: "change" });
    const before = listed(await forge.listings.pullRequests(here, undefined)).items[0];
    pull.labels.push("coding agent");
    const after = listed(await forge.listings.pullRequests(here, undefined)).items[0];
    expect(after?.pullRequest.labels).toEqual(["coding agent"]);
    expect(after?.version).not.toBe(before?.version);
    expect((await forge.pullRequest(here, pull.number)).labels).toEqual(["coding agent"]);
  });

  it("work items that were closed are shown no more, and those that are opened again are", async () => {
    await using opened = await openForge(SUBJECT);
    const { world, forge } = opened;
    const here = { id: world.ids.repository(world.repository), fullName: world.repository.fullName };
    const item = world.openIssue({ title: "Fix it", body: "Please." });
    const { mark } = listed(await forge.listings.issues(here, undefined));
    item.state = "closed";
    world.comment(item, "Done");
    expect(await forge.listings.issues(here, mark)).toEqual({ kind: "unchanged", requests: 1 });
    item.state = "open";
    world.comment(item, "No, it is not");
    const again = listed(await forge.listings.issues(here, mark));
    expect(again).toMatchObject({ whole: false, items: [{ issue: { number: item.number } }], requests: 2 });
  });
});

describe("what Azure DevOps is asked", () => {
  let api: nock.Scope;
  let forge: Forge;

  beforeEach(async () => {
    ({ api } = foretold());
    forge = await openWithToken({ workItems: ["Coast Guard/Lighthouse"] });
  });

  describe("of work items", () => {
    const OPEN =
      "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND " +
      "[System.State] NOT IN ('closed', 'completed', 'done', 'inactive', 'removed')";
    const ALL = `${OPEN} ORDER BY [System.ChangedDate] DESC`;
    const find = (query: string, ids: readonly number[]) =>
      api
        .post(`${PROJECT}/_apis/wit/wiql`, { query })
        .query({ ...V, timePrecision: "true", $top: "1000" })
        .reply(200, { queryType: "flat", workItems: ids.map((id) => ({ id, url: "x" })) });
    const read = (ids: readonly number[], value: readonly (object | null)[]) =>
      api
        .get(`${PROJECT}/_apis/wit/workitems`)
        .query((query) => query.ids === ids.join(",") && query.errorPolicy === "omit")
        .reply(200, { count: value.length, value });
    const item = (id: number, changed: string, fields: object = {}) => ({
      id,
      rev: 3,
      fields: {
        "System.TeamProject": "Coast Guard",
        "System.Title": "The lamp flickers",
        "System.State": "To Do",
        "System.CreatedBy": {
          id: MIRA.toUpperCase(),
          displayName: "Mira",
          uniqueName: "mira@harbour.example",
        },
        "System.CreatedDate": "2026-10-06T09:10:00.000Z",
        "System.ChangedDate": changed,
        ...fields,
      },
    });

    it("is which are open, and what they are, as deliveries tell it", async () => {
      find(ALL, [12]);
      const tags = { "System.Tags": "Tide; coding agent", "System.Description": "<div>Since Tuesday</div>" };
      read([12], [item(12, "2026-10-06T09:15:00.213Z", tags)]);
      expect(await forge.listings.issues(repo, undefined)).toMatchObject({
        kind: "listed",
        whole: true,
        requests: 2,
        items: [
          {
            issue: {
              number: 12,
              title: "The lamp flickers",
              body: "Since Tuesday",
              state: "open",
              labels: ["Tide", "coding agent"],
              url: `${HOST}/acme/Coast%20Guard/_workitems/edit/12`,
            },
            author: { id: MIRA, login: "mira@harbour.example" },
            createdAt: new Date("2026-10-06T09:10:00Z"),
            version: "3",
          },
        ],
      });
    });

    it("is then what was changed, and what was seen late, but not what is known of that time", async () => {
      find(ALL, [12, 11, 10]);
      const items = [
        item(12, "2026-10-06T09:15:00.2Z"),
        item(11, "2026-10-06T09:14:40Z"),
        item(10, "2026-10-01T00:00:00Z"),
      ];
      read([12, 11, 10], items);
      const { mark } = listed(await forge.listings.issues(repo, undefined));
      const since = (time: string, before: string, known: string) =>
        `${OPEN} AND ([System.ChangedDate] > '${time}' OR ([System.ChangedDate] >= '${before}' AND ` +
        `[System.Id] NOT IN (${known}))) ORDER BY [System.ChangedDate] ASC`;
      find(since("2026-10-06T09:15:00.2Z", "2026-10-06T09:14:30.200Z", "11, 12"), []);
      expect(await forge.listings.issues(repo, mark)).toEqual({ kind: "unchanged", requests: 1 });

      find(since("2026-10-06T09:15:00.2Z", "2026-10-06T09:14:30.200Z", "11, 12"), [13, 10]);
      read([13, 10], [item(13, "2026-10-06T09:14:59Z"), item(10, "2026-10-06T09:15:20Z")]);
      const second = listed(await forge.listings.issues(repo, mark));
      expect(second).toMatchObject({ whole: false, requests: 2 });
      find(since("2026-10-06T09:15:20Z", "2026-10-06T09:14:50.000Z", "10, 12, 13"), []);
      expect(await forge.listings.issues(repo, second.mark)).toMatchObject({ kind: "unchanged" });
    });

    it("is read by 200, without what is gone or closed meanwhile", async () => {
      const ids = Array.from({ length: 201 }, (_, at) => at + 1);
      find(ALL, ids);
      const some = [null, item(2, "2026-10-06T09:15:00Z", { "System.State": "Done" })];
      read(ids.slice(0, 200), some);
      read([201], [item(201, "2026-10-06T09:15:00Z")]);
      const { items, requests } = listed(await forge.listings.issues(repo, undefined));
      expect(items.map(({ issue }) => issue.number)).toEqual([201]);
      expect(requests).toBe(3);
    });

    it("is the whole again where there are none, and where the mark is none of ours", async () => {
      find(ALL, []);
      expect(await forge.listings.issues(repo, undefined)).toEqual({
        kind: "listed",
        items: [],
        whole: true,
        requests: 1,
      });
      for (const mark of ["", "[]", `{"since":"' OR 1","recent":{}}`, `{"since":"2026-10-06T09:15:00Z"}`]) {
        find(ALL, []);
        expect(await forge.listings.issues(repo, mark)).toMatchObject({ whole: true });
      }
    });

    it("does not pretend to be whole where there are more than are listed", async () => {
      const ids = Array.from({ length: 1_000 }, (_, at) => at + 1);
      find(ALL, ids);
      for (let start = 0; start < 1_000; start += 200) read(ids.slice(start, start + 200), []);
      expect(await forge.listings.issues(repo, undefined)).toMatchObject({ whole: false, requests: 6 });
    });

    it("is nothing of a repository that they do not go with", async () => {
      const harbour = { id: `${PROJECT.slice(1)}/harbour`, fullName: "Coast Guard/harbour" };
      expect(await forge.listings.issues(harbour, undefined)).toEqual({ kind: "unsupported" });
      const namesake = { id: `${PROJECT.slice(1)}/coast guard`, fullName: "Coast Guard/Coast Guard" };
      find(ALL, []);
      expect(await forge.listings.issues(namesake, undefined)).toMatchObject({ kind: "listed" });
    });
  });

  it("of branches is every page", async () => {
    const query = { ...V, filter: "heads/", $top: "1000" };
    const ref = (name: string) => ({ name: `refs/heads/${name}`, objectId: "a".repeat(40) });
    const value = [ref("main"), ref("a/b")];
    api.get(`${G}/refs`).query(query).reply(200, { count: 2, value }, { "x-ms-continuationtoken": "next" });
    api
      .get(`${G}/refs`)
      .query({ ...query, continuationToken: "next" })
      .reply(200, { count: 1, value: [ref("z")] });
    const { items, requests } = listed(await forge.listings.branches(repo, undefined));
    expect(items.map(({ name }) => name)).toEqual(["main", "a/b", "z"]);
    expect(requests).toBe(2);
  });

  describe("of pull requests", () => {
    const page = (skip: number, value: readonly object[]) =>
      api
        .get(`${G}/pullrequests`)
        .query({ ...V, "searchCriteria.status": "active", $top: "100", $skip: String(skip) })
        .reply(200, { count: value.length, value });
    const pull = (pullRequestId: number, more: object = {}) => ({
      pullRequestId,
      title: "A change",
      status: "active",
      sourceRefName: "refs/heads/change",
      targetRefName: "refs/heads/main",
      createdBy: { id: MIRA.toUpperCase(), uniqueName: "mira@harbour.example" },
      creationDate: "2026-10-06T09:15:00Z",
      lastMergeSourceCommit: { commitId: "a".repeat(40) },
      ...more,
    });
    const versionOf = async (more: object) => {
      page(0, [pull(8, more)]);
      return listed(await forge.listings.pullRequests(repo, undefined)).items[0]?.version;
    };

    it("is every page, where one may be on two", async () => {
      page(
        0,
        Array.from({ length: 100 }, (_, at) => pull(200 - at)),
      );
      page(100, [pull(101), pull(8, { isDraft: true, forkSource: { repository: null } })]);
      const { items, requests } = listed(await forge.listings.pullRequests(repo, undefined));
      expect(items).toHaveLength(101);
      expect(requests).toBe(2);
      expect(items.at(-1)).toMatchObject({
        pullRequest: { number: 8, draft: true, fork: true, source: { branch: "change", repo: null } },
        author: { id: MIRA, login: "mira@harbour.example" },
        createdAt: new Date("2026-10-06T09:15:00Z"),
      });
      // What was last tried to be merged is no head to go by.
      expect(items.at(-1)?.pullRequest).not.toHaveProperty("headSha");
    });

    it("shows by the version what changed", async () => {
      const same = await versionOf({});
      expect(await versionOf({ mergeId: "another", mergeStatus: "queued" })).toBe(same);
      const versions = [
        same,
        await versionOf({ title: "Another" }),
        await versionOf({ isDraft: true }),
        await versionOf({ labels: [{ name: "bug" }] }),
        await versionOf({ targetRefName: "refs/heads/next" }),
        await versionOf({ lastMergeSourceCommit: { commitId: "b".repeat(40) } }),
        // In conflict: no commit is told, but that it was tried again.
        await versionOf({ lastMergeSourceCommit: null, mergeId: "one" }),
        await versionOf({ lastMergeSourceCommit: null, mergeId: "two" }),
      ];
      expect(new Set(versions).size).toBe(versions.length);
    });
  });

  it("is nothing more for a while where an answer says so, but for what somebody waits for", async () => {
    const answer = { id: "r-1", project: { id: "p-1" }, defaultBranch: "refs/heads/main" };
    api.get(G).query(V).reply(200, answer, { "retry-after": "600" });
    await forge.defaultBranch(repo);
    for (const list of ["issues", "pullRequests", "branches"] as const) {
      const error: unknown = await forge.listings[list](repo, undefined).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "FORGE_RATE_LIMITED", retryable: true });
      expect((error as { retryAfter: number }).retryAfter).toBeGreaterThan(0);
    }
    api.get(G).query(V).reply(200, answer);
    expect(await forge.defaultBranch(repo)).toBe("main");
  });

  it("of a repository is its name and that of its project, as they are now", async () => {
    api
      .get("/coast%20guard/_apis/git/repositories/Lighthouse")
      .query(V)
      .reply(200, { id: "r-1", name: "lighthouse", project: { id: PROJECT.slice(1), name: "Coast Guard" } });
    expect(await forge.repository("coast guard/Lighthouse")).toEqual({
      id: repo.id,
      fullName: "Coast Guard/lighthouse",
    });
  });
});
