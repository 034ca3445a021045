import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { OTHER_SHA, repo, SHA } from "../../support/samples.ts";
import { foretold, openWithToken } from "./api.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const branch = "forgehand/x/7-fix";
const own = { ref: branch, sha: SHA, repo_id: 42, repo: { id: 42, full_name: "octo/hello" } };

/** A pull request as the API answers it. */
const answered = (change: object = {}) => ({
  number: 8,
  title: "A change",
  body: null,
  state: "open",
  labels: [{ id: 9, name: "bug" }],
  html_url: "https://git.example.com/octo/hello/pulls/8",
  draft: false,
  merged: false,
  merged_at: null,
  head: own,
  base: { ref: "main", sha: OTHER_SHA, repo_id: 42, repo: { id: 42, full_name: "octo/hello" } },
  ...change,
});

describe("pull requests that are read", () => {
  const read = (change: object = {}) => {
    api.get("/repos/octo/hello/pulls/8").reply(200, answered(change));
    return forge.pullRequest(repo, 8);
  };

  it("have branches, head and fork", async () => {
    expect(await read({ merged: true, state: "closed" })).toEqual({
      number: 8,
      title: "A change",
      body: "",
      state: "merged",
      labels: ["bug"],
      url: "https://git.example.com/octo/hello/pulls/8",
      source: { branch, repo: "octo/hello" },
      target: { branch: "main" },
      headSha: SHA,
      fork: false,
      draft: false,
    });
  });

  it.each([
    ["from a fork", { repo_id: 77, repo: { id: 77, full_name: "bob/hello" } }, "bob/hello"],
    ["from a fork that is gone", { repo_id: -1, repo: null }, null],
    ["pushed without a branch (AGit)", { ref: "refs/pull/8/head" }, "octo/hello"],
  ])("are someone else's code when they are %s", async (_case, head, source) => {
    const read_ = read({ head: { ...own, ...head } });
    expect(await read_).toMatchObject({ fork: true, source: { repo: source } });
  });

  it.each(["WIP: A change", "[wip] A change", "Draft: A change"])(
    "are drafts by the title %j where the server has no field for it",
    async (title) => {
      expect(await read({ title, draft: undefined })).toMatchObject({ draft: true });
      expect(await read({ title, draft: false })).toMatchObject({ draft: false });
    },
  );
});

describe("our pull request", () => {
  const wanted = { branch, base: "main", title: "Fix it", body: "Closes #7", draft: true };
  const created = { head: branch, base: "main", title: "WIP: Fix it", body: "Closes #7" };
  const list = (...lists: object[][]) => {
    for (const [index, found] of lists.entries()) {
      api
        .get("/repos/octo/hello/pulls")
        .query({ state: "open", sort: "recentupdate", page: String(index + 1), limit: "50" })
        .reply(200, found);
    }
  };
  const open = (body?: nock.RequestBodyMatcher) => api.post("/repos/octo/hello/pulls", body);

  it("is not one from a fork's branch of the same name", async () => {
    const fork = { ...own, repo_id: 77, repo: { id: 77, full_name: "bob/hello" } };
    const gone = { ...own, repo_id: -1, repo: null };
    list(
      [answered({ head: fork }), answered({ head: gone })],
      [answered({ head: { ...own, ref: "x" } })],
      [],
    );
    expect(await forge.findPullRequest(repo, branch)).toBeUndefined();
  });

  it("is found before one is opened", async () => {
    list([answered()]);
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8 });
  });

  it("is opened as a draft where there is none", async () => {
    list([]);
    open(created).reply(201, answered({ number: 9, title: created.title, draft: true }));
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 9, draft: true });
  });

  it("is opened as what its title says already, or as no draft", async () => {
    list([]);
    open({ ...created, title: "Draft: Fix it" }).reply(201, answered());
    await forge.openPullRequest(repo, { ...wanted, title: "Draft: Fix it" });
    list([]);
    open({ ...created, title: "Fix it" }).reply(201, answered());
    await forge.openPullRequest(repo, { ...wanted, draft: false });
  });

  it("has title and text within limits", async () => {
    const fits = ({ title, body }: { title: string; body: string }) =>
      Array.from(title).length === 255 && title.startsWith("WIP: ") && body.length === 65_536;
    list([]);
    open(fits).reply(201, answered());
    await forge.openPullRequest(repo, { ...wanted, title: "x".repeat(300), body: "y".repeat(70_000) });
  });

  it("that somebody opened at the same moment is found", async () => {
    list([]);
    open().reply(409, { message: "pull request already exists for these targets" });
    list([answered()]);
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8 });
  });

  it("is refused in the server's own words", async () => {
    list([]);
    open().reply(422, { message: "There are no changes between the head and the base" });
    list([]);
    await expect(forge.openPullRequest(repo, wanted)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      retryable: false,
      message: expect.stringContaining("There are no changes between") as unknown,
    });
  });
});
