import { beforeEach, describe, expect, it } from "@jest/globals";
import nock from "nock";

import { WORLDS } from "../../../demo/worlds.ts";
import type { Forge } from "../../../src/core/forge.ts";
import { github } from "../../../src/forges/github/index.ts";
import { listingContract } from "../../contracts/forge-listings.ts";
import { repo, SHA } from "../../support/samples.ts";
import { API, foretold, openAsApp, openWithToken } from "./api.ts";

const NEWEST = { state: "open", sort: "updated", direction: "desc", per_page: 100 };
const alice = { id: 1, login: "alice" };

listingContract({
  adapter: github,
  openWorld: (root) => WORLDS.github({ root }),
});

describe("lists of GitHub", () => {
  let api: nock.Scope;
  let forge: Forge;

  beforeEach(async () => {
    ({ api } = foretold());
    forge = await openWithToken();
  });

  const issue = (number: number, change: object = {}) => ({
    number,
    title: `Issue ${number}`,
    body: null,
    state: "open",
    labels: [],
    html_url: `https://github.com/octo/hello/issues/${number}`,
    user: alice,
    created_at: "2026-11-01T10:00:00Z",
    updated_at: `2026-11-02T10:00:${String(number).padStart(2, "0")}Z`,
    ...change,
  });
  const page = (items: object[], tag: string, next?: number) => {
    const link = `<${API}/repos/octo/hello/issues?page=${next ?? ""}>; rel="next"`;
    return [200, items, { etag: tag, ...(next === undefined ? {} : { link }) }] as const;
  };
  const first = () => api.get("/repos/octo/hello/issues").query(NEWEST);
  const more = (number: number) => api.get(`/repos/octo/hello/issues?page=${number}`);
  const numbers = (looked: Awaited<ReturnType<Forge["listings"]["issues"]>>) =>
    looked.kind === "listed" ? looked.items.map(({ issue: { number } }) => number) : looked.kind;

  /** A look at three pages of issues; its mark. */
  async function firstLook(): Promise<string | undefined> {
    first().reply(...page([issue(9), issue(8)], "one", 2));
    more(2).reply(...page([issue(7), issue(6)], "two", 3));
    more(3).reply(...page([issue(5)], "three"));
    const looked = await forge.listings.issues(repo, undefined);
    expect(looked).toMatchObject({ kind: "listed", whole: true, requests: 3 });
    expect(numbers(looked)).toEqual([9, 8, 7, 6, 5]);
    return looked.kind === "listed" ? looked.mark : undefined;
  }

  it("are read to their end the first time, and then asked only whether anything is new", async () => {
    const mark = await firstLook();
    first().matchHeader("if-none-match", "one").reply(304);
    expect(await forge.listings.issues(repo, mark)).toEqual({ kind: "unchanged", requests: 1 });
  });

  it("are read on as far as something is new, and say that this is not all", async () => {
    const mark = await firstLook();
    first().reply(...page([issue(8, { updated_at: "2026-11-03T00:00:00Z" }), issue(10)], "other", 2));
    more(2).reply(...page([issue(9), issue(7)], "two", 3));
    const looked = await forge.listings.issues(repo, mark);
    expect(looked).toMatchObject({ kind: "listed", whole: false, requests: 2 });
    expect(numbers(looked)).toEqual([8, 10, 9, 7]);
  });

  it("are read from the beginning where the mark is of another release", async () => {
    nock(API, { badheaders: ["if-none-match"] })
      .get("/repos/octo/hello/issues")
      .query(NEWEST)
      .reply(...page([issue(9)], "one"));
    expect(await forge.listings.issues(repo, '{"tag":5}')).toMatchObject({ kind: "listed", whole: true });
  });

  it("hold pull requests beside issues, which are not issues to us", async () => {
    const pull = issue(8, { pull_request: { url: "https://api.github.com/pulls/8", merged_at: null } });
    first().reply(...page([issue(9), pull], "one"));
    expect(numbers(await forge.listings.issues(repo, undefined))).toEqual([9]);
  });

  it("tell two changes within one second apart by the labels", async () => {
    const versions = [];
    for (const labels of [[], [{ name: "coding agent" }]]) {
      first().reply(...page([issue(9, { labels })], `tag ${labels.length}`));
      const looked = await forge.listings.issues(repo, undefined);
      versions.push(looked.kind === "listed" && looked.items[0]?.version);
    }
    expect(new Set(versions).size).toBe(2);
  });

  it("have threads whose author is gone", async () => {
    first().reply(...page([issue(9, { user: null })], "one"));
    expect(await forge.listings.issues(repo, undefined)).toMatchObject({
      items: [{ author: { login: "ghost" } }],
    });
  });

  it("are empty where issues are switched off, and where nothing was pushed yet", async () => {
    first().reply(410, { message: "Issues has been disabled in this repository." });
    const empty = { kind: "listed", items: [], whole: true, requests: 1 };
    expect(await forge.listings.issues(repo, undefined)).toEqual(empty);
    const refs = () => api.get("/repos/octo/hello/git/matching-refs/heads%2F");
    refs().reply(409, { message: "Git Repository is empty." });
    expect(await forge.listings.branches(repo, undefined)).toEqual(empty);
    refs().reply(409, { message: "Something else." });
    await expect(forge.listings.branches(repo, undefined)).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });

  it("of a repository that is gone are an error", async () => {
    first().reply(404, { message: "Not Found" });
    await expect(forge.listings.issues(repo, undefined)).rejects.toMatchObject({ code: "FORGE_NOT_FOUND" });
  });

  it("name branches by what stands behind refs/heads/", async () => {
    const refs = ["main", "feature/x"].map((name) => ({ ref: `refs/heads/${name}`, object: { sha: SHA } }));
    api.get("/repos/octo/hello/git/matching-refs/heads%2F").reply(200, refs, { etag: "one" });
    expect(await forge.listings.branches(repo, undefined)).toMatchObject({
      items: [
        { name: "main", sha: SHA },
        { name: "feature/x", sha: SHA },
      ],
    });
  });
});

describe("the repositories of an App", () => {
  const token = { token: "ghs_one", expires_at: "2126-01-01T00:00:00Z", permissions: {} };

  it("are those of all its installations that nobody suspended, on all pages", async () => {
    const { api } = foretold();
    const next = (path: string) => ({ link: `<${API}${path}?page=2>; rel="next"` });
    api
      .get("/app/installations?per_page=100")
      .reply(200, [{ id: 5 }, { id: 6, suspended_at: "2026-01-01T00:00:00Z" }], next("/app/installations"));
    api.get("/app/installations?page=2").reply(200, [{ id: 7, suspended_at: null }]);
    for (const id of [5, 7]) api.post(`/app/installations/${id}/access_tokens`).reply(201, token);
    const repositories = (...names: string[]) => ({
      total_count: 3,
      repositories: names.map((name, id) => ({ id, full_name: `octo/${name}`, default_branch: "main" })),
    });
    const path = "/installation/repositories";
    api.get(`${path}?per_page=100`).reply(200, repositories("one"), next(path));
    api.get(`${path}?page=2`).reply(200, repositories("two"));
    api.get(`${path}?per_page=100`).reply(200, repositories("three"));
    const found = await (await openAsApp()).installedRepositories?.();
    expect(found?.map(({ fullName }) => fullName)).toEqual(["octo/one", "octo/two", "octo/three"]);
  });

  it("are not told by the token of an account, which may see more than it is meant to work in", async () => {
    expect("installedRepositories" in (await openWithToken())).toBe(false);
  });
});
