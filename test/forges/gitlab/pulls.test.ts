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

/** A merge request as the API answers it. */
const answered = (change: object = {}) => ({
  iid: 8,
  title: "A change",
  description: null,
  state: "opened",
  labels: ["bug"],
  web_url: "https://gitlab.com/octo/hello/-/merge_requests/8",
  draft: false,
  source_branch: branch,
  target_branch: "main",
  source_project_id: 42,
  target_project_id: 42,
  sha: SHA,
  ...change,
});

const project = (id: number) => api.get(`/projects/${id}`);

describe("merge requests that are read", () => {
  const read = (change: object = {}) => {
    api.get("/projects/42/merge_requests/8").reply(200, answered(change));
    return forge.pullRequest(repo, 8);
  };

  it("have branches, head and fork", async () => {
    expect(await read({ state: "merged" })).toEqual({
      number: 8,
      title: "A change",
      body: "",
      state: "merged",
      labels: ["bug"],
      url: "https://gitlab.com/octo/hello/-/merge_requests/8",
      source: { branch, repo: "octo/hello" },
      target: { branch: "main" },
      headSha: SHA,
      fork: false,
      draft: false,
    });
  });

  it.each([
    ["opened", "open"],
    ["closed", "closed"],
    ["locked", "open"],
    ["merged", "merged"],
  ])("are %s, which we call %s", async (state, expected) => {
    expect(await read({ state })).toMatchObject({ state: expected });
  });

  it("have no head as long as GitLab has not filled it in", async () => {
    expect(await read({ sha: null })).not.toHaveProperty("headSha");
  });

  it("name the fork that they come from", async () => {
    project(77).reply(200, { path_with_namespace: "bob/hello", default_branch: "main" });
    expect(await read({ source_project_id: 77 })).toMatchObject({
      fork: true,
      source: { repo: "bob/hello" },
    });
  });

  it.each([403, 404])("come from nowhere where the fork answers %i", async (code) => {
    project(77).reply(code, { message: "no" });
    expect(await read({ source_project_id: 77 })).toMatchObject({ fork: true, source: { repo: null } });
  });

  it("come from nowhere where the fork is gone", async () => {
    expect(await read({ source_project_id: null })).toMatchObject({ fork: true, source: { repo: null } });
  });

  it("are asked for again while GitLab has trouble with the fork", async () => {
    project(77).reply(503, { message: "no" });
    await expect(read({ source_project_id: 77 })).rejects.toMatchObject({ retryable: true });
  });
});

describe("our merge request", () => {
  const wanted = { branch, base: "main", title: "Fix it", body: "Closes #7", draft: true };
  const created = {
    source_branch: branch,
    target_branch: "main",
    title: "Draft: Fix it",
    description: "Closes #7",
    remove_source_branch: false,
  };
  const list = (found: object[], page = 1, next = "") =>
    api
      .get("/projects/42/merge_requests")
      .query({ state: "opened", source_branch: branch, page: String(page), per_page: "100" })
      .reply(200, found, { "x-next-page": next });
  const open = (body?: nock.RequestBodyMatcher) => api.post("/projects/42/merge_requests", body);

  it("is not one from a fork's branch of the same name", async () => {
    list(
      [answered({ source_project_id: 43, sha: OTHER_SHA }), answered({ source_project_id: null })],
      1,
      "2",
    );
    list([answered({ source_branch: "another" })], 2);
    expect(await forge.findPullRequest(repo, branch)).toBeUndefined();
  });

  it("is found before one is opened", async () => {
    list([answered()]);
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8 });
  });

  it("is opened as a draft where there is none", async () => {
    list([]);
    open(created).reply(201, answered({ iid: 9, draft: true }));
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 9, draft: true });
  });

  it("is opened as what its title says already, or as no draft", async () => {
    list([]);
    open(created).reply(201, answered());
    await forge.openPullRequest(repo, { ...wanted, title: "Draft: Fix it" });
    list([]);
    open({ ...created, title: "Fix it" }).reply(201, answered());
    await forge.openPullRequest(repo, { ...wanted, draft: false });
  });

  it("has title and text within GitLab's limits", async () => {
    const fits = ({ title, description }: { title: string; description: string }) =>
      Array.from(title).length === 255 && title.startsWith("Draft: ") && description.length === 1_048_576;
    list([]);
    open(fits).reply(201, answered());
    await forge.openPullRequest(repo, { ...wanted, title: "x".repeat(300), body: "y".repeat(1_100_000) });
  });

  it("that somebody opened at the same moment is found", async () => {
    list([]);
    open().reply(409, { message: ["Another open merge request already exists for this source branch: !8"] });
    list([answered()]);
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8 });
  });

  it("that is said to be there and is not may be there later", async () => {
    list([]);
    open().reply(409, { message: ["Another open merge request already exists for this source branch: !8"] });
    list([]);
    await expect(forge.openPullRequest(repo, wanted)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      retryable: true,
    });
  });

  it("is refused in GitLab's own words", async () => {
    list([]);
    open().reply(422, { error: "source_branch is invalid" });
    await expect(forge.openPullRequest(repo, wanted)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      retryable: false,
      message: expect.stringContaining("source_branch is invalid") as unknown,
    });
  });
});
