import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import { WORLDS } from "../../../demo/worlds.ts";
import type { Forge } from "../../../src/core/forge.ts";
import type { Looked } from "../../../src/core/listings.ts";
import { gogs } from "../../../src/forges/gogs/index.ts";
import { listingContract } from "../../contracts/forge-listings.ts";
import { OTHER_SHA, repo, SHA } from "../../support/samples.ts";
import { advertised, foretold, HOST, openWithToken } from "./api.ts";

listingContract({ adapter: gogs, openWorld: (root) => WORLDS.gogs({ root }) });

const MAIN = "c".repeat(40);
const ISSUES = "/repos/octo/hello/issues";

let api: nock.Scope;
let git: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api, git } = foretold());
  forge = await openWithToken();
});

const thread = (number: number, change: object = {}) => ({
  number,
  title: `Title ${number}`,
  body: "",
  state: "open",
  labels: [],
  user: { id: 1, username: "alice", login: "alice" },
  created_at: "2026-10-01T10:00:00+02:00",
  updated_at: "2026-10-05T10:00:00.123456789+02:00",
  pull_request: null,
  ...change,
});

/** The next look, by the mark of this one. */
const markOf = (looked: Looked<unknown>) => (looked.kind === "listed" ? looked.mark : undefined);

describe("issues of a repository of Gogs", () => {
  /** Foretell the pages of the list, each but the last with a link to the next. */
  function pages(...lists: object[][]): void {
    for (const [index, list] of lists.entries()) {
      const isLast = index === lists.length - 1;
      const link = `<${HOST}/api/v1${ISSUES}?page=${index + 2}>; rel="next"`;
      api
        .get(ISSUES)
        .query({ page: String(index + 1) })
        .reply(200, list, isLast ? {} : { link });
    }
  }

  it("are all read, and one that moved between two pages is there once", async () => {
    pages([thread(3), thread(2)], [thread(2), thread(1)]);
    const looked = await forge.listings.issues(repo, undefined);
    expect(looked).toMatchObject({
      kind: "listed",
      whole: true,
      requests: 2,
      items: [
        {
          issue: { number: 3, url: "https://gogs.example/octo/hello/issues/3" },
          author: { id: "1", login: "alice" },
          createdAt: new Date("2026-10-01T08:00:00Z"),
        },
        { issue: { number: 2 } },
        { issue: { number: 1 } },
      ],
    });
  });

  it("are unchanged where all of them are what they were, which takes all pages again", async () => {
    pages([thread(3)], [thread(1)]);
    const mark = markOf(await forge.listings.issues(repo, undefined));
    pages([thread(3)], [thread(1)]);
    expect(await forge.listings.issues(repo, mark)).toEqual({ kind: "unchanged", requests: 2 });
    pages([thread(3)], [thread(1, { labels: [{ id: 8, name: "coding agent" }] })]);
    expect(await forge.listings.issues(repo, mark)).toMatchObject({ kind: "listed", whole: true });
    pages([thread(3)]);
    expect(await forge.listings.issues(repo, mark)).toMatchObject({ items: [{ issue: { number: 3 } }] });
  });

  it("do not have pull requests among them", async () => {
    pages([thread(3, { pull_request: { merged: false } }), thread(2)]);
    expect(await forge.listings.issues(repo, undefined)).toMatchObject({ items: [{ issue: { number: 2 } }] });
  });
});

describe("pull requests of a repository of Gogs", () => {
  const shown = (refs: Readonly<Record<string, string>>) =>
    git
      .get("/octo/hello.git/info/refs?service=git-upload-pack")
      .reply(200, advertised({ "refs/heads/main": MAIN, ...refs }));
  const pull = (number: number, change: object = {}) =>
    api
      .get(`${ISSUES}/${number}`)
      .reply(200, thread(number, { pull_request: { merged: false, merged_at: null }, ...change }));
  const look = (mark?: string) => forge.listings.pullRequests(repo, mark);

  it("are those whose refs are new, the newest first, and which are open", async () => {
    shown({ "refs/heads/x": OTHER_SHA, "refs/pull/8/head": SHA, "refs/pull/12/head": OTHER_SHA });
    pull(12);
    pull(8, { state: "closed", pull_request: { merged: true, merged_at: "2026-10-06T07:00:00Z" } });
    expect(await look()).toMatchObject({
      kind: "listed",
      whole: true,
      requests: 3,
      items: [
        {
          pullRequest: { number: 12, state: "open", headSha: OTHER_SHA, fork: false },
          author: { id: "1" },
        },
      ],
    });
  });

  it("are asked about again when their heads move, and closed ones are not", async () => {
    shown({ "refs/pull/8/head": SHA, "refs/pull/9/head": SHA });
    pull(9);
    pull(8, { state: "closed" });
    const first = await look();
    shown({ "refs/pull/8/head": SHA, "refs/pull/9/head": SHA });
    expect(await look(markOf(first))).toEqual({ kind: "unchanged", requests: 1 });
    shown({ "refs/pull/8/head": SHA, "refs/pull/9/head": OTHER_SHA });
    pull(9);
    const second = await look(markOf(first));
    expect(second).toMatchObject({
      whole: false,
      requests: 2,
      items: [{ pullRequest: { number: 9, headSha: OTHER_SHA, fork: true } }],
    });
    shown({ "refs/pull/8/head": SHA, "refs/pull/9/head": OTHER_SHA });
    expect(await look(markOf(second))).toEqual({ kind: "unchanged", requests: 1 });
  });

  it("of an old repository are asked about in several looks", async () => {
    const refs = Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [`refs/pull/${index + 1}/head`, SHA]),
    );
    shown(refs);
    for (let number = 25; number > 5; number -= 1) pull(number, { state: "closed" });
    const first = await look();
    expect(first).toMatchObject({ kind: "listed", whole: false, items: [], requests: 21 });
    shown(refs);
    for (let number = 5; number > 0; number -= 1) pull(number);
    const second = await look(markOf(first));
    expect(second.kind === "listed" && second.items.map(({ pullRequest }) => pullRequest.number)).toEqual([
      5, 4, 3, 2, 1,
    ]);
    shown(refs);
    expect(await look(markOf(second))).toEqual({ kind: "unchanged", requests: 1 });
  });

  it("are none in a repository that never had one, and the first is seen", async () => {
    shown({});
    const first = await look();
    expect(first).toMatchObject({ kind: "listed", items: [], whole: true, requests: 1 });
    shown({ "refs/pull/1/head": SHA });
    pull(1);
    expect(await look(markOf(first))).toMatchObject({ items: [{ pullRequest: { number: 1 } }] });
  });

  it("that are gone are passed over, and those that cannot be asked about now are asked about later", async () => {
    shown({ "refs/pull/1/head": SHA, "refs/pull/2/head": SHA });
    pull(2);
    api.get(`${ISSUES}/1`).reply(404);
    expect(await look()).toMatchObject({ items: [{ pullRequest: { number: 2 } }], whole: true });
    shown({ "refs/pull/1/head": SHA });
    api.get(`${ISSUES}/1`).reply(500);
    await expect(look()).rejects.toMatchObject({ code: "FORGE_FAILING", retryable: true });
  });
});

it("branches of a repository of Gogs are told by its refs alone", async () => {
  git
    .get("/octo/hello.git/info/refs?service=git-upload-pack")
    .reply(
      200,
      advertised({ HEAD: MAIN, "refs/heads/main": MAIN, "refs/heads/a/größe": SHA, "refs/tags/v1": SHA }),
    );
  expect(await forge.listings.branches(repo, undefined)).toMatchObject({
    requests: 1,
    items: [
      { name: "main", sha: MAIN },
      { name: "a/größe", sha: SHA },
    ],
  });
});
