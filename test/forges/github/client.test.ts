import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { alice, bot, ISSUE, OTHER_SHA, repo, SHA } from "../../support/samples.ts";
import { API, foretold, openWithToken } from "./api.ts";

const MARKER = "<!-- forgehand:comment -->";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

/** A pull request as the API answers it. */
const answered = (change: object = {}) => ({
  number: 8,
  title: "A change",
  body: null,
  state: "open",
  labels: [{ name: "bug" }],
  html_url: "https://github.com/octo/hello/pull/8",
  draft: false,
  merged_at: null,
  head: { ref: "forgehand/x/7-fix", sha: SHA, repo: { id: 42, full_name: "octo/hello" } },
  base: { ref: "main", repo: { id: 42, full_name: "octo/hello" } },
  ...change,
});

const us = () => api.get("/user").reply(200, { id: 99, login: "forgehand" });

describe("every request to GitHub", () => {
  it("names itself, its version of the API and its token", async () => {
    api
      .get("/user")
      .matchHeader("authorization", "token ghp_token")
      .matchHeader("accept", "application/vnd.github+json")
      .matchHeader("x-github-api-version", "2022-11-28")
      .matchHeader("user-agent", /^forgehand\/test /)
      .reply(200, { id: 99, login: "forgehand" });
    expect(await forge.self()).toEqual(bot);
  });

  it("asks only once who we are", async () => {
    us();
    expect(await forge.self()).toEqual(await forge.self());
  });
});

describe("setStatus", () => {
  const path = `/repos/octo/hello/statuses/${SHA}`;
  const status = { context: "forgehand/test", description: "Running." } as const;

  it.each([
    ["pending", "pending", "Running."],
    ["success", "success", "Running."],
    ["failure", "failure", "Running."],
    ["error", "error", "Running."],
    ["cancelled", "error", "Cancelled: Running."],
  ] as const)("shows %s as %s", async (state, sent, description) => {
    api.post(path, { state: sent, context: "forgehand/test", description }).reply(201, { id: 1 });
    expect(await forge.setStatus({ repo, sha: SHA }, { ...status, state })).toBe("set");
  });

  it("links to the page of the run", async () => {
    const url = "https://bot.example.com/runs/1";
    api.post(path, { ...status, state: "pending", target_url: url }).reply(201, { id: 1 });
    await forge.setStatus({ repo, sha: SHA }, { ...status, state: "pending", url });
  });

  it("cuts a description at 140 characters", async () => {
    api
      .post(path, ({ description }: { description: string }) => Array.from(description).length === 140)
      .reply(201, { id: 1 });
    await forge.setStatus(
      { repo, sha: SHA },
      { ...status, state: "success", description: "é🗼".repeat(200) },
    );
  });

  it.each([
    ["a commit that is not visible yet may pass", `No commit found for SHA: ${SHA}`, true],
    ["any other refusal may not", "This SHA and context has reached the maximum number of statuses.", false],
  ])("%s", async (_case, message, retryable) => {
    api.post(path).reply(422, { message });
    await expect(forge.setStatus({ repo, sha: SHA }, { ...status, state: "success" })).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      retryable,
    });
  });
});

describe("upsertComment", () => {
  const body = `${MARKER}\nrunning`;
  const comments = "/repos/octo/hello/issues/7/comments";

  it("edits the comment of the id", async () => {
    api.patch("/repos/octo/hello/issues/comments/500", { body }).reply(200, { id: 500 });
    expect(await forge.upsertComment(repo, ISSUE, { id: "500", marker: MARKER, body })).toEqual({
      id: "500",
    });
  });

  it("finds ours on a later page, where somebody else copied the marker before", async () => {
    us();
    const link = { link: `<${API}${comments}?per_page=100&page=2>; rel="next"` };
    api.get(`${comments}?per_page=100`).reply(200, [{ id: 1, body, user: { id: 1 } }], link);
    api.get(`${comments}?per_page=100&page=2`).reply(200, [
      { id: 2, body: null, user: null },
      { id: 3, body, user: { id: 99 } },
    ]);
    api.patch("/repos/octo/hello/issues/comments/3", { body }).reply(200, { id: 3 });
    expect(await forge.upsertComment(repo, ISSUE, { marker: MARKER, body })).toEqual({ id: "3" });
  });

  it("writes a new one where the known one was deleted and there is no other", async () => {
    us();
    api.patch("/repos/octo/hello/issues/comments/500").reply(404, { message: "Not Found" });
    api.get(`${comments}?per_page=100`).reply(200, []);
    api.post(comments, { body }).reply(201, { id: 501 });
    expect(await forge.upsertComment(repo, ISSUE, { id: "500", marker: MARKER, body })).toEqual({
      id: "501",
    });
  });

  it("cuts a body at 65,536 characters and keeps the marker, wherever it stood", async () => {
    const fits = ({ body: sent }: { body: string }) =>
      Array.from(sent).length === 65_536 && sent.includes(MARKER);
    api.patch("/repos/octo/hello/issues/comments/5", fits).reply(200, { id: 5 });
    const long = "🗼".repeat(70_000) + MARKER;
    await forge.upsertComment(repo, ISSUE, { id: "5", marker: MARKER, body: long });
  });

  it("does not take a refusal for a deleted comment", async () => {
    api.patch("/repos/octo/hello/issues/comments/500").reply(403, { message: "locked" });
    const call = forge.upsertComment(repo, ISSUE, { id: "500", marker: MARKER, body });
    await expect(call).rejects.toMatchObject({ code: "FORGE_REFUSED", retryable: false });
  });
});

it("a page of something in between is no answer to what we write", async () => {
  const page = [200, "<p>We will be back.</p>", { "content-type": "text/html" }] as const;
  const status = { state: "success", context: "forgehand/test", description: "Done." } as const;
  api.post(`/repos/octo/hello/statuses/${SHA}`).reply(...page);
  api.patch("/repos/octo/hello/issues/comments/500").reply(...page);
  api.post("/repos/octo/hello/issues/7/labels").reply(...page);
  api.delete("/repos/octo/hello/issues/7/labels/old").reply(...page);
  const unreadable = { code: "FORGE_ANSWER_UNREADABLE", retryable: true };
  await expect(forge.setStatus({ repo, sha: SHA }, status)).rejects.toMatchObject(unreadable);
  const comment = { id: "500", marker: "<!-- m -->", body: "Done. <!-- m -->" };
  await expect(forge.upsertComment(repo, ISSUE, comment)).rejects.toMatchObject(unreadable);
  for (const change of [
    { add: ["new"], remove: [] },
    { add: [], remove: ["old"] },
  ]) {
    await expect(forge.changeLabels(repo, ISSUE, change)).rejects.toMatchObject(unreadable);
  }
});

describe("changeLabels", () => {
  it("adds and removes, and takes a label that is not there for removed", async () => {
    api.post("/repos/octo/hello/issues/7/labels", { labels: ["coding agent processing"] }).reply(200, []);
    api.delete("/repos/octo/hello/issues/7/labels/coding%20agent").reply(200, []);
    api.delete("/repos/octo/hello/issues/7/labels/a%2Fb").reply(404, { message: "Label does not exist" });
    const change = { add: ["coding agent processing"], remove: ["coding agent", "a/b"] };
    expect(await forge.changeLabels(repo, ISSUE, change)).toBe("set");
  });
});

describe("whoLabelled", () => {
  const happened = (
    id: number,
    event: string,
    name: string,
    actor: object | null = { id: 1, login: "alice" },
  ) => ({
    id,
    event,
    actor,
    label: { name },
    created_at: "2026-10-01T08:00:00Z",
  });
  const issue = (labels: unknown[]) => api.get("/repos/octo/hello/issues/7").reply(200, { labels });
  const events = (list: object[], query = "per_page=100", headers: Record<string, string> = {}) =>
    api.get(`/repos/octo/hello/issues/7/events?${query}`).reply(200, list, headers);

  it("names who set it last, over all pages, without regard to case", async () => {
    issue([{ name: "Coding Agent" }]);
    const link = { link: `<${API}/repos/octo/hello/issues/7/events?per_page=100&page=2>; rel="next"` };
    events(
      [happened(1, "labeled", "coding agent"), happened(2, "unlabeled", "coding agent")],
      "per_page=100",
      link,
    );
    events(
      [
        { id: 3, event: "closed", actor: null, created_at: "2026-10-01T08:00:00Z" },
        happened(4, "labeled", "CODING AGENT", { id: 2, login: "bob" }),
        happened(5, "labeled", "bug"),
      ],
      "per_page=100&page=2",
    );
    expect(await forge.whoLabelled(repo, ISSUE, "coding agent")).toEqual({
      kind: "set",
      actor: { id: "2", login: "bob" },
      eventId: "4",
      at: new Date("2026-10-01T08:00:00Z"),
    });
  });

  it("is absent where the issue does not have it now, whatever happened before", async () => {
    issue([{ name: "bug" }, "plain text"]);
    expect(await forge.whoLabelled(repo, ISSUE, "coding agent")).toEqual({ kind: "absent" });
  });

  it.each([
    ["nothing tells of it", []],
    ["the account is gone", [happened(1, "labeled", "coding agent", null)]],
    [
      "the list is older than the issue",
      [happened(1, "labeled", "coding agent"), happened(2, "unlabeled", "coding agent")],
    ],
  ])("cannot tell where %s", async (_case, list) => {
    issue([{ name: "coding agent" }]);
    events(list);
    expect(await forge.whoLabelled(repo, ISSUE, "coding agent")).toEqual({ kind: "unsupported" });
  });
});

describe("permission", () => {
  const path = "/repos/octo/hello/collaborators/alice/permission";

  it.each([
    ["admin", "admin", "admin"],
    ["write", "write", "write"],
    ["write", "maintain", "maintain"],
    ["read", "read", "read"],
    ["read", "triage", "triage"],
    ["none", "none", "none"],
    ["write", "release-manager", "write"],
    ["read", "admin", "read"],
    ["write", undefined, "write"],
    ["owner", "owner", "unknown"],
  ])("takes %s with the role %s for %s", async (permission, role, expected) => {
    api.get(path).reply(200, { permission, role_name: role, user: { id: 1 } });
    expect(await forge.permission(repo, alice)).toBe(expected);
  });

  it("is none for an account that took over the login", async () => {
    api.get(path).reply(200, { permission: "admin", role_name: "admin", user: { id: 1001 } });
    expect(await forge.permission(repo, alice)).toBe("none");
  });

  it("is none where GitHub names no account", async () => {
    api.get(path).reply(200, { permission: "admin", role_name: "admin", user: null });
    expect(await forge.permission(repo, alice)).toBe("none");
  });

  it("is none for an account that is not there", async () => {
    api.get(path).reply(404, { message: "Not Found" });
    expect(await forge.permission(repo, alice)).toBe("none");
  });

  it("is unknown where our token may not ask", async () => {
    api.get(path).reply(403, { message: "Must have push access to view collaborator permission." });
    expect(await forge.permission(repo, alice)).toBe("unknown");
  });

  it("is asked again later while GitHub has trouble", async () => {
    api.get(path).reply(502, "bad gateway");
    await expect(forge.permission(repo, alice)).rejects.toMatchObject({ retryable: true });
  });

  it("writes the login of an App with its brackets", async () => {
    api
      .get("/repos/octo/hello/collaborators/renovate%5Bbot%5D/permission")
      .reply(200, { permission: "write", role_name: "write", user: { id: 3 } });
    expect(await forge.permission(repo, { id: "3", login: "renovate[bot]" })).toBe("write");
  });
});

describe("pull requests", () => {
  const branch = "forgehand/x/7-fix";
  const wanted = { branch, base: "main", title: "Fix it", body: "Closes #7", draft: true };
  const list = (found: object[]) =>
    api
      .get("/repos/octo/hello/pulls")
      .query({ state: "open", head: `octo:${branch}`, per_page: "100" })
      .reply(200, found);
  const created = { head: branch, base: "main", title: "Fix it", body: "Closes #7", draft: true };
  const refused = (message: string) => ({ message: "Validation Failed", errors: [{ message }] });

  it("are read with branches, head and fork", async () => {
    api.get("/repos/octo/hello/pulls/8").reply(200, answered({ merged: true, state: "closed" }));
    expect(await forge.pullRequest(repo, 8)).toEqual({
      number: 8,
      title: "A change",
      body: "",
      state: "merged",
      labels: ["bug"],
      url: "https://github.com/octo/hello/pull/8",
      source: { branch, repo: "octo/hello" },
      target: { branch: "main" },
      headSha: SHA,
      fork: false,
      draft: false,
    });
  });

  it("of the same branch name in a fork are not ours", async () => {
    const fork = { ref: branch, sha: OTHER_SHA, repo: { id: 43, full_name: "bob/hello" } };
    const gone = { ref: branch, sha: OTHER_SHA, repo: null };
    const other = { ref: "another", sha: OTHER_SHA, repo: { id: 42, full_name: "octo/hello" } };
    list([answered({ head: fork }), answered({ head: gone }), answered({ head: other })]);
    expect(await forge.findPullRequest(repo, branch)).toBeUndefined();
  });

  it("are found before they are opened", async () => {
    list([answered()]);
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8 });
  });

  it("are opened where there is none", async () => {
    list([]);
    api.post("/repos/octo/hello/pulls", created).reply(201, answered({ number: 9, draft: true }));
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 9, draft: true });
  });

  it("that somebody opened at the same moment are found", async () => {
    list([]);
    api
      .post("/repos/octo/hello/pulls")
      .reply(422, refused(`A pull request already exists for octo:${branch}.`));
    list([answered()]);
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8 });
  });

  it("are no drafts where the repository has none", async () => {
    list([]);
    const message = "Draft pull requests are not supported in this repository.";
    api.post("/repos/octo/hello/pulls", created).reply(422, { message });
    api.post("/repos/octo/hello/pulls", { ...created, draft: false }).reply(201, answered());
    expect(await forge.openPullRequest(repo, wanted)).toMatchObject({ number: 8 });
  });

  it("without a new commit are refused in a plain sentence", async () => {
    list([]);
    api.post("/repos/octo/hello/pulls").reply(422, refused(`No commits between main and ${branch}`));
    await expect(forge.openPullRequest(repo, wanted)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      retryable: false,
      message: expect.stringContaining("has no commit that main lacks") as unknown,
    });
  });
});

describe("readFile", () => {
  const file = () => api.get("/repos/octo/hello/contents/.github%2Fforgehand.yml").query({ ref: "main" });
  const read = () => forge.readFile(repo, ".github/forgehand.yml", "main");

  it("reads text", async () => {
    const content = Buffer.from("on: ärger\n").toString("base64");
    file().reply(200, {
      type: "file",
      encoding: "base64",
      content: `${content.slice(0, 8)}\n${content.slice(8)}`,
    });
    expect(await read()).toBe("on: ärger\n");
  });

  it("reads nothing where there is no file", async () => {
    file().reply(404, { message: "Not Found" });
    expect(await read()).toBeUndefined();
  });

  it("reads nothing where there is a folder", async () => {
    file().reply(200, [{ type: "file", name: "a" }]);
    expect(await read()).toBeUndefined();
  });

  it("refuses a file that GitHub hands out in another way only", async () => {
    file().reply(200, { type: "file", encoding: "none", content: "" });
    await expect(read()).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });
});

describe("where things are", () => {
  it("on github.com", async () => {
    expect(forge.gitUrl(repo)).toBe("https://github.com/octo/hello.git");
    expect(forge.pullRequestRef(8)).toBe("refs/pull/8/head");
    expect(forge.closingReference(7)).toBe("Closes #7");
    expect(forge.compareUrl(repo, "main", "forgehand/x/7-größe#1")).toBe(
      "https://github.com/octo/hello/compare/main...forgehand/x/7-gr%C3%B6%C3%9Fe%231?expand=1",
    );
    api.get("/repos/octo/hello").reply(200, { default_branch: "trunk" });
    expect(await forge.defaultBranch(repo)).toBe("trunk");
  });

  it("on an Enterprise Server", async () => {
    const server = await openWithToken({ url: "https://ghe.example.com/" });
    foretold("https://ghe.example.com").api.get("/api/v3/user").reply(200, { id: 99, login: "forgehand" });
    expect(await server.self()).toEqual(bot);
    expect(server.gitUrl(repo)).toBe("https://ghe.example.com/octo/hello.git");
  });

  it("a renamed repository is followed within GitHub, with the status still posted", async () => {
    api
      .post(`/repos/octo/hello/statuses/${SHA}`)
      .reply(307, "", { location: `${API}/repositories/42/statuses/${SHA}` });
    // The address by id is GitHub's own and is not in its description.
    const { api: moved } = foretold();
    moved.removeAllListeners();
    moved.post(`/repositories/42/statuses/${SHA}`, /forgehand/).reply(201, { id: 1 });
    const status = { state: "success", context: "forgehand/test", description: "Done." } as const;
    expect(await forge.setStatus({ repo, sha: SHA }, status)).toBe("set");
  });

  it("a token is handed to git as it is", async () => {
    expect(await forge.gitCredentials(repo, "push")).toEqual({
      username: "x-access-token",
      password: "ghp_token",
    });
  });
});
