import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { alice, bot, ISSUE, PULL_REQUEST, repo, SHA } from "../../support/samples.ts";
import { API, foretold, openWithToken, URL_OF } from "./api.ts";

const MARKER = "<!-- forgehand:comment -->";

const UNREADABLE = { code: "FORGE_ANSWER_UNREADABLE", retryable: true };

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const us = () => api.get("/user").reply(200, { id: 99, login: "forgehand" });

describe("every request to a Gitea", () => {
  it("names itself and its token", async () => {
    api
      .get("/user")
      .matchHeader("authorization", "token a-token")
      .matchHeader("accept", "application/json")
      .matchHeader("user-agent", "forgehand/test")
      .reply(200, { id: 99, login: "forgehand" });
    expect(await forge.self()).toEqual(bot);
  });

  it("asks only once who we are", async () => {
    us();
    expect(await forge.self()).toEqual(await forge.self());
  });

  it.each([
    [
      "a sentence",
      JSON.stringify({ message: "repo is archived.", url: `${URL_OF}/api/swagger` }),
      "repo is archived",
    ],
    ["no sentence", JSON.stringify({ message: "" }), "no reason given"],
    ["a text", "404 page not found\n", "404 page not found"],
    ["something else", JSON.stringify({ message: ["a"] }), '["a"]'],
  ])("tells the server's own reason, which is %s", async (_case, body, reason) => {
    api.get("/repos/octo/hello").reply(400, body);
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
      message: expect.stringContaining(`gitea answered 400 to GET /repos/octo/hello: ${reason}.`) as unknown,
    });
  });

  it("cuts a page that stands where a reason should be", async () => {
    api.get("/user").reply(400, "x".repeat(9_000));
    const error: unknown = await forge.self().catch((thrown: unknown) => thrown);
    expect((error as Error).message.length).toBeLessThan(700);
  });
});

describe("a page of something in between, which is 200 too", () => {
  const page = "<h1>Sign in</h1>";

  it("passes for no status, comment or label", async () => {
    const status = { state: "success", context: "c", description: "Done." } as const;
    api.post(`/repos/octo/hello/statuses/${SHA}`).reply(200, page);
    await expect(forge.setStatus({ repo, sha: SHA }, status)).rejects.toMatchObject(UNREADABLE);
    api.patch("/repos/octo/hello/issues/comments/5").reply(200, page);
    const comment = { id: "5", marker: MARKER, body: MARKER };
    await expect(forge.upsertComment(repo, ISSUE, comment)).rejects.toMatchObject(UNREADABLE);
    api.get("/repos/octo/hello/issues/7").reply(200, { labels: [{ id: 8, name: "coding agent" }] });
    api.delete("/repos/octo/hello/issues/7/labels/8").reply(200, page);
    const change = { add: [], remove: ["coding agent"] };
    await expect(forge.changeLabels(repo, ISSUE, change)).rejects.toMatchObject(UNREADABLE);
  });

  it("proves no right", async () => {
    api.get("/user").reply(200, page);
    await expect(forge.missingRights()).rejects.toMatchObject(UNREADABLE);
  });
});

describe("setStatus", () => {
  const path = `/repos/octo/hello/statuses/${SHA}`;
  const status = { context: "forgehand/test", description: "Running." } as const;
  const commit = `/repos/octo/hello/git/commits/${SHA}`;

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

  it("links to the page of the run, and cuts a long description", async () => {
    const url = "https://bot.example.com/runs/1";
    const fits = (sent: { description: string; target_url: string }) =>
      Array.from(sent.description).length === 140 && sent.target_url === url;
    api.post(path, fits).reply(201, { id: 1 });
    const description = "é🗼".repeat(200);
    await forge.setStatus({ repo, sha: SHA }, { ...status, description, state: "success", url });
  });

  it("says that a commit is not there, for which the server answers 500, and asks again later", async () => {
    api.post(path).reply(500, { message: "object does not exist" });
    api.get(commit).reply(404, { message: "not found" });
    await expect(forge.setStatus({ repo, sha: SHA }, { ...status, state: "success" })).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      retryable: true,
      message: expect.stringContaining(`does not have the commit ${SHA}`) as unknown,
    });
  });

  it.each([
    ["where the commit is there", 200],
    ["where nobody can tell", 503],
  ])("takes a 500 for trouble of the server %s", async (_case, code) => {
    api.post(path).reply(500, { message: "database is locked" });
    api.get(commit).reply(code, { sha: SHA });
    await expect(forge.setStatus({ repo, sha: SHA }, { ...status, state: "success" })).rejects.toMatchObject({
      code: "FORGE_FAILING",
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

  it("finds ours, where somebody else copied the marker before", async () => {
    us();
    api.get(comments).reply(200, [
      { id: 1, body, user: { id: 1 } },
      { id: 2, body: null, user: null },
      { id: 3, body, user: { id: 99 } },
    ]);
    api.patch("/repos/octo/hello/issues/comments/3", { body }).reply(200, { id: 3 });
    expect(await forge.upsertComment(repo, ISSUE, { marker: MARKER, body })).toEqual({ id: "3" });
  });

  it("writes a new one where the known one was deleted and there is no other", async () => {
    us();
    api.patch("/repos/octo/hello/issues/comments/500").reply(404, { message: "not found" });
    api.get("/repos/octo/hello/issues/8/comments").reply(200, []);
    api.post("/repos/octo/hello/issues/8/comments", { body }).reply(201, { id: 501 });
    expect(await forge.upsertComment(repo, PULL_REQUEST, { id: "500", marker: MARKER, body })).toEqual({
      id: "501",
    });
  });

  it("cuts a body at 65,536 characters and keeps the marker, wherever it stood", async () => {
    const fits = ({ body: sent }: { body: string }) =>
      Array.from(sent).length === 65_536 && sent.includes(MARKER);
    api.patch("/repos/octo/hello/issues/comments/5", fits).reply(200, { id: 5 });
    await forge.upsertComment(repo, ISSUE, { id: "5", marker: MARKER, body: "🗼".repeat(70_000) + MARKER });
  });

  it("does not take a refusal for a deleted comment", async () => {
    api.patch("/repos/octo/hello/issues/comments/500").reply(403, { message: "locked" });
    const call = forge.upsertComment(repo, ISSUE, { id: "500", marker: MARKER, body });
    await expect(call).rejects.toMatchObject({ code: "FORGE_REFUSED", retryable: false });
  });
});

describe("permission", () => {
  const path = "/repos/octo/hello/collaborators/alice/permission";

  it.each([
    ["owner", "admin"],
    ["admin", "admin"],
    ["write", "write"],
    ["read", "read"],
    ["none", "none"],
    ["a word of a later version", "unknown"],
  ])("takes %s for %s", async (permission, expected) => {
    api.get(path).reply(200, { permission, role_name: permission, user: { id: 1 } });
    expect(await forge.permission(repo, alice)).toBe(expected);
  });

  it.each([
    ["an account that took over the login", { id: 1001 }],
    ["an account that the server does not name", null],
  ])("is none for %s", async (_case, user) => {
    api.get(path).reply(200, { permission: "admin", user });
    expect(await forge.permission(repo, alice)).toBe("none");
  });

  it("is none for an account that is not there", async () => {
    api.get(path).reply(404, { message: "user does not exist" });
    api.get("/users/alice").reply(404, { message: "user does not exist" });
    expect(await forge.permission(repo, alice)).toBe("none");
  });

  it("is unknown where an old server does not have the question", async () => {
    api.get(path).reply(404, "404 page not found");
    api.get("/users/alice").reply(200, { id: 1, login: "alice" });
    expect(await forge.permission(repo, alice)).toBe("unknown");
  });

  it("is unknown where our account is no administrator", async () => {
    api.get(path).reply(403, {
      message: "Only admins can query all permissions, repo admins can query all repo permissions",
    });
    expect(await forge.permission(repo, alice)).toBe("unknown");
  });

  it("is asked again later while the server has trouble", async () => {
    api.get(path).reply(502, "bad gateway");
    await expect(forge.permission(repo, alice)).rejects.toMatchObject({ retryable: true });
  });
});

describe("missingRights", () => {
  const answers = (user: number, repositories: number, issues: number) => {
    const message = "token does not have at least one of required scope(s): [read:issue]";
    api.get("/user").reply(user, { message });
    api.get("/repos/search?limit=1").reply(repositories, { message, data: [] });
    api.get("/repos/issues/search?limit=1").reply(issues, { message });
  };

  it("is empty where nothing is refused", async () => {
    answers(200, 200, 200);
    expect(await forge.missingRights()).toEqual([]);
  });

  it("names each scope without which a question is refused", async () => {
    answers(403, 403, 403);
    expect(await forge.missingRights()).toEqual([
      "the scope `read:user`",
      "the scope `write:repository`",
      "the scope `write:issue`",
    ]);
  });

  it("does not take a token that is not valid for one without rights", async () => {
    api.get("/user").reply(401, { message: "token is required" });
    await expect(forge.missingRights()).rejects.toMatchObject({ code: "FORGE_AUTH_FAILED" });
  });
});

describe("readFile", () => {
  const file = () => api.get("/repos/octo/hello/contents/.forgehand/a%20b%2B.yml").query({ ref: "main" });
  const read = () => forge.readFile(repo, ".forgehand/a b+.yml", "main");

  it.each(["on: ärger\n", ""])("reads the text %j", async (text) => {
    file().reply(200, { type: "file", encoding: "base64", content: Buffer.from(text).toString("base64") });
    expect(await read()).toBe(text);
  });

  it("reads nothing where there is no file", async () => {
    file().reply(404, { message: "object does not exist" });
    expect(await read()).toBeUndefined();
  });

  it.each([
    ["a folder", [{ type: "file", name: "a" }]],
    ["a link", { type: "symlink", encoding: null, content: null, target: "/etc/passwd" }],
    ["a submodule", { type: "submodule", encoding: null, content: null }],
  ])("reads nothing where there is %s", async (_case, contents) => {
    file().reply(200, contents);
    expect(await read()).toBeUndefined();
  });

  it("refuses a file that the server does not hand out this way", async () => {
    file().reply(200, { type: "file", encoding: null, content: null });
    await expect(read()).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining("too large") as unknown,
    });
  });
});

describe("where things are", () => {
  it("on a server", async () => {
    expect(forge.gitUrl(repo)).toBe("https://git.example.com/octo/hello.git");
    expect(forge.pullRequestRef(8)).toBe("refs/pull/8/head");
    expect(forge.closingReference(7)).toBe("Closes #7");
    expect(forge.compareUrl(repo, "main", "forgehand/x/7-größe#1")).toBe(
      "https://git.example.com/octo/hello/compare/main...forgehand/x/7-gr%C3%B6%C3%9Fe%231",
    );
    api.get("/repos/octo/hello").reply(200, { default_branch: "trunk" });
    expect(await forge.defaultBranch(repo)).toBe("trunk");
  });

  it("on a server under a path", async () => {
    const server = await openWithToken({ url: "https://acme.example/git/" });
    foretold("https://acme.example/git/api/v1").api.get("/user").reply(200, { id: 99, login: "forgehand" });
    expect(await server.self()).toEqual(bot);
    expect(server.gitUrl(repo)).toBe("https://acme.example/git/octo/hello.git");
  });

  it("an empty repository has no default branch, and the error says so", async () => {
    api.get("/repos/octo/hello").reply(200, { default_branch: "" });
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
      code: "FORGE_NOT_FOUND",
      message: expect.stringContaining("is empty") as unknown,
    });
  });

  it.each([301, 307, 308])(
    "a renamed repository is followed after %i, with the status still posted",
    async (code) => {
      api
        .post(`/repos/octo/hello/statuses/${SHA}`)
        .reply(code, "", { location: `/api/v1/repos/octo/renamed/statuses/${SHA}` });
      api
        .post(`/repos/octo/renamed/statuses/${SHA}`, { state: "success", context: "c", description: "Done." })
        .matchHeader("authorization", "token a-token")
        .reply(201, { id: 1 });
      const status = { state: "success", context: "c", description: "Done." } as const;
      expect(await forge.setStatus({ repo, sha: SHA }, status)).toBe("set");
    },
  );

  it("a redirect that would turn a post into a read is refused", async () => {
    api.post(`/repos/octo/hello/statuses/${SHA}`).reply(303, "", { location: `${API}/repos/octo/renamed` });
    const status = { state: "success", context: "c", description: "Done." } as const;
    await expect(forge.setStatus({ repo, sha: SHA }, status)).rejects.toMatchObject({
      code: "FORGE_REDIRECTED",
    });
  });

  it("the token is handed to git", async () => {
    expect(await forge.gitCredentials(repo, "push")).toEqual({ username: "forgehand", password: "a-token" });
  });
});
