import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { SHA } from "../../support/samples.ts";
import { alice, API, foretold, openWithAccessToken, openWithToken, R, repo } from "./api.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const us = { uuid: "{99}", nickname: "forgehand", account_id: "712020:99" };
const basic = `Basic ${Buffer.from("bot@example.com:ATATT-token").toString("base64")}`;
const lacksScopes = {
  type: "error",
  error: { message: "Your credentials lack one or more required privilege scopes." },
};

describe("every request to Bitbucket Cloud", () => {
  it("names itself, and an API token with its e-mail", async () => {
    api
      .get("/user")
      .matchHeader("authorization", basic)
      .matchHeader("accept", "application/json")
      .matchHeader("user-agent", "forgehand/test")
      .reply(200, us);
    expect(await forge.self()).toEqual({ id: "{99}", login: "forgehand" });
  });

  it("shows an access token by itself", async () => {
    api.get("/user").matchHeader("authorization", "Bearer access-token").reply(200, us);
    expect(await (await openWithAccessToken()).self()).toEqual({ id: "{99}", login: "forgehand" });
  });

  it("asks only once who we are", async () => {
    api.get("/user").reply(200, us);
    expect(await forge.self()).toEqual(await forge.self());
  });

  it("goes on without a name where an access token may not ask for it, and where it is not valid does not", async () => {
    const nameless = await openWithAccessToken();
    api.get("/user").reply(401, { type: "error", error: { message: "Token is invalid." } });
    await expect(nameless.self()).rejects.toMatchObject({ code: "FORGE_AUTH_FAILED" });
    api.get("/user").reply(403, lacksScopes);
    expect(await nameless.self()).toEqual({ id: "", login: "forgehand" });
    api.get("/user").reply(403, lacksScopes);
    await expect(forge.self()).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });

  it.each([
    ["a sentence", { error: { message: "Bad request" } }, "Bad request"],
    [
      "a sentence, its detail and fields",
      { error: { message: "Bad request", detail: "See below.", fields: { key: ["at most 40 characters"] } } },
      'Bad request; See below.; key: ["at most 40 characters"]',
    ],
    ["data for a detail", { error: { message: "No", detail: { required: ["account"] } } }, "No"],
    ["a page", "<h1>Sorry</h1>", "no reason given"],
  ])("tells Bitbucket's own reason, which is %s", async (_case, body, reason) => {
    api.get(R).reply(400, body);
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
      message: expect.stringContaining(`answered 400 to GET ${R}: ${reason}.`) as unknown,
    });
  });

  it.each([
    ["of another host", "https://elsewhere.example/2.0/user", "FORGE_REDIRECTED"],
    ["that is no address", "page 2", "FORGE_ANSWER_UNREADABLE"],
  ])("follows no next page %s, and takes no token there", async (_case, next, code) => {
    api
      .get("/workspaces/octo/permissions/repositories/%7B42%7D")
      .query(true)
      .reply(200, { values: [], next });
    await expect(forge.permission(repo, alice)).rejects.toMatchObject({ code });
  });

  it("waits a minute where a limit does not say how long", async () => {
    api.get("/user").reply(429, "Rate limit for this resource has been exceeded");
    await expect(forge.self()).rejects.toMatchObject({ code: "FORGE_RATE_LIMITED", retryAfter: 60_000 });
  });
});

describe("the rights of a token", () => {
  const scopes = (list: string, status = 200) =>
    api.get("/user").reply(status, status === 200 ? us : lacksScopes, { "x-oauth-scopes": list });

  it("are not held against it where nothing tells of them", async () => {
    api.get("/user").reply(200, us);
    expect(await forge.missingRights()).toEqual([]);
  });

  it("are told of an access token even where it may not ask who it is", async () => {
    scopes("pullrequest:write, repository:admin", 403);
    expect(await forge.missingRights()).toEqual([]);
    scopes("repository:write, pullrequest", 403);
    expect(await forge.missingRights()).toEqual([
      "the scope `repository:admin`",
      "the scope `pullrequest:write`",
    ]);
  });

  it("of an API token are each needed by themselves", async () => {
    scopes(
      "read:user:bitbucket, write:repository:bitbucket, admin:repository:bitbucket, write:pullrequest:bitbucket",
    );
    expect(await forge.missingRights()).toEqual([
      "the scope `read:repository:bitbucket`",
      "the scope `read:pullrequest:bitbucket`",
    ]);
  });

  it("are not guessed from a refusal of the token itself", async () => {
    api.get("/user").reply(401, {});
    await expect(forge.missingRights()).rejects.toMatchObject({ code: "FORGE_AUTH_FAILED" });
  });
});

describe("permission", () => {
  const path = "/workspaces/octo/permissions/repositories/%7B42%7D";
  const asked = () => api.get(path).query({ q: 'user.uuid="{a1}"', pagelen: "50" });
  const entry = (permission: string, uuid = "{a1}") => ({
    type: "repository_permission",
    permission,
    user: { uuid },
  });

  it.each([
    ["read", "read"],
    ["write", "write"],
    ["admin", "admin"],
    ["none", "none"],
    ["owner", "unknown"],
  ] as const)("takes %s for %s", async (permission, expected) => {
    asked().reply(200, { values: [entry("admin", "{b2}"), entry(permission)] });
    expect(await forge.permission(repo, alice)).toBe(expected);
  });

  it("is none for who is not in the list, whoever else is", async () => {
    const next = `${API}${path}?page=2`;
    asked().reply(200, { values: [entry("admin", "{b2}")], next });
    api.get(`${path}?page=2`).reply(200, { values: [] });
    expect(await forge.permission(repo, alice)).toBe("none");
  });

  it.each([403, 404])("is unknown where our token may not ask: %i", async (status) => {
    asked().reply(status, { type: "error", error: { message: "no" } });
    expect(await forge.permission(repo, alice)).toBe("unknown");
  });

  it("is asked again later while Bitbucket has trouble", async () => {
    asked().reply(503, "no");
    await expect(forge.permission(repo, alice)).rejects.toMatchObject({ retryable: true });
  });

  it("cannot be widened by an id that is no UUID", async () => {
    const odd = { id: 'x" OR user.uuid != "', login: "odd" };
    const q = 'user.uuid="x\\" OR user.uuid != \\""';
    api
      .get(path)
      .query({ q, pagelen: "50" })
      .reply(200, { values: [entry("admin", "{b2}")] });
    expect(await forge.permission(repo, odd)).toBe("none");
  });
});

describe("labels", () => {
  it("are nothing that Bitbucket has", async () => {
    const thread = { kind: "pull_request", number: 8 } as const;
    expect(await forge.changeLabels(repo, thread, { add: ["x"], remove: [] })).toBe("unsupported");
    expect(await forge.whoLabelled(repo, thread, "x")).toEqual({ kind: "unsupported" });
  });
});

describe("readFile", () => {
  const file = `${R}/src/${SHA}/.forgehand/a%20b%23.yml`;
  const meta = () => api.get(file).query({ format: "meta" });
  const read = (ref: string) => forge.readFile(repo, ".forgehand/a b#.yml", ref);

  it.each(["on: ärger\n", "", '{"values":[]}'])("reads the text %j at a commit", async (text) => {
    meta().reply(200, { type: "commit_file" });
    api.get(file).matchHeader("accept", "*/*").reply(200, text, { "content-type": "application/json" });
    expect(await read(SHA)).toBe(text);
  });

  it("finds the commit of a branch whose name has a slash, which the address of a file would cut", async () => {
    api.get(`${R}/refs/branches/release/1.0%25`).reply(200, { target: { hash: SHA } });
    meta().reply(404, {});
    expect(await read("release/1.0%")).toBeUndefined();
  });

  it("finds the commit of a tag", async () => {
    api.get(`${R}/refs/branches/v1`).reply(404, {});
    api
      .get(`${R}/refs/tags/v1`)
      .times(2)
      .reply(200, { target: { hash: SHA } });
    meta().times(2).reply(200, { type: "commit_directory" });
    expect(await read("v1")).toBeUndefined();
    expect(await read("refs/tags/v1")).toBeUndefined();
  });

  it("reads nothing at a ref that is not there", async () => {
    api.get(`${R}/refs/branches/gone`).reply(404, {});
    api.get(`${R}/refs/tags/gone`).reply(404, {});
    expect(await read("refs/heads/gone")).toBeUndefined();
  });
});

describe("where things are", () => {
  it("on bitbucket.org", async () => {
    expect(forge.gitUrl(repo)).toBe("https://bitbucket.org/octo/hello.git");
    expect(forge.compareUrl(repo, "main", "forgehand/x/7-fix")).toBe(
      "https://bitbucket.org/octo/hello/pull-requests/new?source=forgehand%2Fx%2F7-fix&dest=main",
    );
    expect(forge.pullRequestRef(8)).toBe("refs/pull-requests/8/from");
    expect(forge.closingReference(7)).toBe("Closes #7");
    api.get(R).reply(200, { mainbranch: { name: "trunk" } });
    expect(await forge.defaultBranch(repo)).toBe("trunk");
  });

  it("an empty repository has no main branch, and the error says so", async () => {
    api.get(R).reply(200, { mainbranch: null });
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
      message: expect.stringContaining("its repository is empty") as unknown,
    });
  });

  it("git is told another name for each sort of token, and never the e-mail", async () => {
    expect(await forge.gitCredentials(repo, "push")).toEqual({
      username: "x-bitbucket-api-token-auth",
      password: "ATATT-token",
    });
    expect(await (await openWithAccessToken()).gitCredentials(repo, "clone")).toEqual({
      username: "x-token-auth",
      password: "access-token",
    });
  });
});
