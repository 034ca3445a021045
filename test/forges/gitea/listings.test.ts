import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import { WORLDS } from "../../../demo/worlds.ts";
import type { Forge } from "../../../src/core/forge.ts";
import { gitea } from "../../../src/forges/gitea/index.ts";
import { listingContract } from "../../contracts/forge-listings.ts";
import { OTHER_SHA, repo, SHA } from "../../support/samples.ts";
import { API, foretold, openWithToken } from "./api.ts";

listingContract({ adapter: gitea, openWorld: (root) => WORLDS.gitea({ root }) });

const ISSUES = "/repos/octo/hello/issues";
const PULLS = "/repos/octo/hello/pulls";
const BRANCHES = "/repos/octo/hello/branches";
const ANSWERED = "Tue, 06 Oct 2026 08:00:00 GMT";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

/** Foretell the pages of a list, each but the last with a link to the next. */
function pages(path: string, query: object, ...lists: object[][]): void {
  for (const [index, list] of lists.entries()) {
    const link = `<${API}${path}?page=${index + 2}>; rel="next",<${API}${path}?page=9>; rel="last"`;
    api
      .get(path)
      .query({ ...query, page: String(index + 1), limit: "50" })
      .reply(200, list, { date: ANSWERED, ...(index < lists.length - 1 ? { link } : {}) });
  }
}

const thread = (number: number, change: object = {}) => ({
  number,
  title: `Title ${number}`,
  body: "",
  state: "open",
  labels: [],
  html_url: `https://git.example.com/octo/hello/issues/${number}`,
  user: { id: 1, login: "alice" },
  created_at: "2026-10-01T10:00:00+02:00",
  updated_at: "2026-10-05T10:00:00+02:00",
  ...change,
});

describe("issues of a repository", () => {
  const all = { state: "open", type: "issues" };
  const since = { ...all, since: "2026-10-06T07:59:00.000Z" };

  it("are read page by page, and one that moved between two of them is there once", async () => {
    pages(ISSUES, all, [thread(3), thread(2)], [thread(2, { title: "Moved" }), thread(1)]);
    const looked = await forge.listings.issues(repo, undefined);
    expect(looked).toMatchObject({ kind: "listed", whole: true, requests: 2 });
    expect(looked.kind === "listed" && looked.items.map(({ issue }) => issue.title)).toEqual([
      "Title 3",
      "Moved",
      "Title 1",
    ]);
    expect(looked.kind === "listed" && looked.items[0]).toMatchObject({
      author: { id: "1", login: "alice" },
      createdAt: new Date("2026-10-01T08:00:00Z"),
    });
  });

  it("are asked for by the server's own clock, and a minute is looked at twice", async () => {
    pages(ISSUES, all, []);
    const first = await forge.listings.issues(repo, undefined);
    const mark = first.kind === "listed" ? first.mark : undefined;
    pages(ISSUES, since, [thread(4)]);
    expect(await forge.listings.issues(repo, mark)).toMatchObject({
      kind: "listed",
      whole: false,
      items: [{ issue: { number: 4 } }],
      requests: 1,
    });
    pages(ISSUES, since, []);
    expect(await forge.listings.issues(repo, mark)).toEqual({ kind: "unchanged", requests: 1 });
  });

  it("have another version when labels were changed twice in a second", async () => {
    const versions: unknown[] = [];
    for (const labels of [[], [{ name: "bug" }, { name: "a" }], [{ name: "a" }, { name: "bug" }]]) {
      pages(ISSUES, all, [thread(4, { labels })]);
      const looked = await forge.listings.issues(repo, undefined);
      versions.push(looked.kind === "listed" && looked.items[0]?.version);
    }
    expect(versions[1]).not.toBe(versions[0]);
    expect(versions[2]).toBe(versions[1]);
  });

  it("that cannot be read are not taken for none", async () => {
    pages(ISSUES, all, [thread(4, { user: null })]);
    await expect(forge.listings.issues(repo, undefined)).rejects.toMatchObject({
      code: "FORGE_ANSWER_UNREADABLE",
    });
  });
});

describe("pull requests of a repository", () => {
  const query = { state: "open", sort: "recentupdate" };
  const own = { ref: "change", sha: SHA, repo_id: 42, repo: { id: 42, full_name: "octo/hello" } };
  const pull = (number: number, updated: string, head: object = {}) =>
    thread(number, {
      updated_at: updated,
      head: { ...own, ...head },
      base: { ref: "main", sha: OTHER_SHA, repo_id: 42 },
    });
  const look = (mark?: string) => forge.listings.pullRequests(repo, mark);
  const first = async () => {
    pages(PULLS, query, [pull(8, "2026-10-05T10:00:00Z")]);
    const looked = await look();
    expect(looked).toMatchObject({
      kind: "listed",
      whole: true,
      requests: 1,
      items: [{ pullRequest: { number: 8, headSha: SHA, fork: false, source: { branch: "change" } } }],
    });
    return looked.kind === "listed" ? looked.mark : undefined;
  };

  it("are unchanged where all is as it was", async () => {
    const mark = await first();
    pages(PULLS, query, [pull(8, "2026-10-05T10:00:00Z")]);
    expect(await look(mark)).toEqual({ kind: "unchanged", requests: 1 });
  });

  it("are changed by a new head, also where a server says nothing of a change", async () => {
    const mark = await first();
    pages(PULLS, query, [pull(8, "2026-10-05T10:00:00Z", { sha: OTHER_SHA })]);
    expect(await look(mark)).toMatchObject({ items: [{ pullRequest: { headSha: OTHER_SHA } }] });
  });

  it("are read as far as the look before", async () => {
    const mark = await first();
    const second = `<${API}${PULLS}?page=2>; rel="next"`;
    api
      .get(PULLS)
      .query({ ...query, page: "1", limit: "50" })
      .reply(200, [pull(10, "2026-10-06T09:00:00Z"), pull(9, "2026-10-06T07:59:30Z")], { link: second });
    api
      .get(PULLS)
      .query({ ...query, page: "2", limit: "50" })
      .reply(200, [pull(7, "2026-10-06T07:59:10Z"), pull(8, "2026-10-05T10:00:00Z")], { link: second });
    expect(await look(mark)).toMatchObject({
      whole: false,
      requests: 2,
      items: [10, 9, 7, 8].map((number) => ({ pullRequest: { number } })),
    });
  });
});

describe("branches of a repository", () => {
  it("are read page by page", async () => {
    const branch = (name: string) => ({ name, commit: { id: SHA } });
    const both = () => pages(BRANCHES, {}, [branch("main")], [branch("change/größe")]);
    both();
    const looked = await forge.listings.branches(repo, undefined);
    expect(looked).toMatchObject({
      whole: true,
      requests: 2,
      items: [
        { name: "main", sha: SHA },
        { name: "change/größe", sha: SHA },
      ],
    });
    both();
    const mark = looked.kind === "listed" ? looked.mark : undefined;
    expect(await forge.listings.branches(repo, mark)).toEqual({ kind: "unchanged", requests: 2 });
  });
});
