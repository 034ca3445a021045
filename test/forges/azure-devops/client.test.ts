import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { foretold, G, HOST, openWithToken, repo, V } from "./api.ts";

const SELF = "D04C8E91-6F3A-4B72-8C5D-2A7E1B9F0346";
const MIRA = "8e5a7d10-2c6b-4e0f-9b53-a41d7f60c982";
const DESCRIPTOR = "Microsoft.IdentityModel.Claims.ClaimsIdentity;acme\\mira@harbour.example";
const NAMESPACE = "2e9eb7ed-3c0f-47d4-87c1-0ffdd275fd87";

let api: nock.Scope;
let people: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api, people } = foretold());
  forge = await openWithToken();
});

const us = (user: object = {}) =>
  api
    .get("/_apis/connectionData")
    .query({ "api-version": "7.1-preview.1" })
    .reply(200, {
      authenticatedUser: {
        id: SELF,
        providerDisplayName: "Forgehand",
        properties: { Account: { $type: "System.String", $value: "forgehand@harbour.example" } },
        ...user,
      },
    });

const repository = (more: object = {}) =>
  api
    .get(G)
    .query(V)
    .reply(200, { id: "r-1", project: { id: "p-1" }, defaultBranch: "refs/heads/main", ...more });

const account = (more: object = {}) => ({ id: MIRA, descriptor: DESCRIPTOR, isActive: true, ...more });

const identities = (query: object, ...value: (object | null)[]) =>
  people
    .get("/_apis/identities")
    .query({ ...V, ...query })
    .reply(200, { count: value.length, value });

const list = (token: string, ...value: object[]) =>
  api
    .get(`/_apis/accesscontrollists/${NAMESPACE}`)
    .query({ ...V, token, descriptors: DESCRIPTOR, includeExtendedInfo: "true" })
    .reply(200, { count: value.length, value });

const entry = (effectiveAllow: number, effectiveDeny = 0) => ({
  acesDictionary: { [DESCRIPTOR]: { allow: 0, deny: 0, extendedInfo: { effectiveAllow, effectiveDeny } } },
});

describe("every request to Azure DevOps", () => {
  it("carries the token with an empty user name, and asks for no page for signing in", async () => {
    api
      .get(G)
      .query(V)
      .matchHeader("authorization", `Basic ${Buffer.from(":a-token").toString("base64")}`)
      .matchHeader("x-tfs-fedauthredirect", "Suppress")
      .matchHeader("user-agent", "forgehand/test")
      .reply(200, { id: "r-1", project: { id: "p-1" }, defaultBranch: "refs/heads/main" });
    expect(await forge.defaultBranch(repo)).toBe("main");
  });

  it("names a repository by id and project where an id has no project, with blanks encoded", async () => {
    api
      .get("/Coast%20Guard/_apis/git/repositories/42")
      .query(V)
      .reply(200, { id: "42", project: { id: "p-1" }, defaultBranch: "refs/heads/main" });
    expect(await forge.defaultBranch({ id: "42", fullName: "Coast Guard/lighthouse" })).toBe("main");
  });

  it("asks for the version of the config", async () => {
    api
      .get(G)
      .query({ "api-version": "6.0" })
      .reply(200, { id: "r-1", project: { id: "p-1" }, defaultBranch: "refs/heads/main" });
    expect(await (await openWithToken({ apiVersion: "6.0" })).defaultBranch(repo)).toBe("main");
  });

  it.each([
    ["a page that is answered 203", 203, {}],
    [
      "a redirect to sign in",
      302,
      { location: "https://spsprodweu1.vssps.visualstudio.com/_signin?realm=x" },
    ],
    ["a redirect to Microsoft's sign-in", 302, { location: "https://login.microsoftonline.com/x" }],
    ["a page of its own to sign in", 302, { location: `${HOST}/_signin` }],
  ])("takes %s for a token that is not valid", async (_case, status, headers: Record<string, string>) => {
    api.get(G).query(V).reply(status, "<h1>Sign in</h1>", headers);
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
      code: "FORGE_AUTH_FAILED",
      retryable: false,
    });
  });

  it("tells Azure DevOps's own reason", async () => {
    const message = "TF401019: The Git repository does not exist.";
    api.get(G).query(V).reply(400, { $id: "1", message, typeKey: "GitRepositoryNotFoundException" });
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining(message.replace(/\.$/, "")) as unknown,
    });
  });

  it("is made again as one for a preview, where an older server has released the call in no version", async () => {
    const message =
      'The requested version "6.0" of the resource is under preview. The -preview flag must be supplied in the ' +
      'api-version for such requests. For example: "6.0-preview"';
    const server = await openWithToken({ apiVersion: "6.0" });
    const labels = (version: string) =>
      api.get(`${G}/pullRequests/8/labels`).query({ "api-version": version });
    labels("6.0").reply(400, { message, typeKey: "VssInvalidPreviewVersionException" });
    labels("6.0-preview").reply(200, { value: [] });
    const thread = { kind: "pull_request", number: 8 } as const;
    expect(await server.whoLabelled(repo, thread, "bug")).toEqual({ kind: "absent" });
  });

  it("is made once more at most, and only for that", async () => {
    const message = "The -preview flag must be supplied.";
    api.get(G).query(V).reply(400, { message });
    api.get(G).query({ "api-version": "7.1-preview" }).reply(400, { message });
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({ code: "FORGE_REFUSED" });
    api
      .get(G)
      .query({ "api-version": "7.1" })
      .reply(400, { message: "The api-version 7.1 is out of range." });
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });

  it("waits where there was too much", async () => {
    const headers = { "retry-after": "7" };
    api.get(G).query(V).reply(429, { message: "TF400733: The request has been canceled" }, headers);
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
      code: "FORGE_RATE_LIMITED",
      retryAfter: 7_000,
    });
  });
});

describe("who we are", () => {
  it("is asked once", async () => {
    us();
    expect(await forge.self()).toEqual({ id: SELF.toLowerCase(), login: "forgehand@harbour.example" });
    expect(await forge.self()).toEqual(await forge.self());
  });

  it("is a name where there is no account", async () => {
    us({ properties: {} });
    expect(await forge.self()).toEqual({ id: SELF.toLowerCase(), login: "Forgehand" });
  });

  it("is nobody where the token is not believed", async () => {
    us({ id: "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa" });
    await expect(forge.self()).rejects.toMatchObject({ code: "FORGE_AUTH_FAILED" });
  });
});

describe("the rights of a token", () => {
  const reads = () => people.get("/_apis/identities").query({ ...V, identityIds: SELF.toLowerCase() });

  it("are enough where both calls are let through", async () => {
    us();
    reads().reply(200, { value: [account()] });
    list("repoV2", {});
    expect(await forge.missingRights()).toEqual([]);
  });

  it.each([401, 403])("lack the scope for accounts where that is answered %i", async (status) => {
    us();
    reads().reply(status, { message: "no" });
    expect(await forge.missingRights()).toEqual(["the scope `Identity (read)`"]);
  });

  it("lack the scope for permissions", async () => {
    us();
    reads().reply(200, { value: [account()] });
    api.get(`/_apis/accesscontrollists/${NAMESPACE}`).query(true).reply(403, { message: "no" });
    expect(await forge.missingRights()).toEqual(["the scope `Security (manage)`"]);
  });

  it("are not told by a failure", async () => {
    us();
    reads().reply(500, { message: "no" });
    await expect(forge.missingRights()).rejects.toMatchObject({ code: "FORGE_FAILING" });
  });
});

describe("permission", () => {
  const mira = { id: MIRA, login: "mira@harbour.example" };

  it.each([
    [0, 0, "none"],
    [2, 0, "read"],
    [2 | 16_384, 0, "triage"],
    [2 | 4 | 16_384, 0, "write"],
    [2 | 4 | 16_384, 4, "triage"],
    [2 | 4 | 2_048 | 16_384, 0, "maintain"],
    [2 | 4 | 2_048 | 8_192 | 16_384, 0, "admin"],
    [2, 2, "none"],
  ] as const)("of what is allowed by %i and denied by %i is %s", async (allow, deny, permission) => {
    identities({ identityIds: MIRA }, account());
    repository();
    list("repoV2/p-1/r-1", entry(allow, deny));
    expect(await forge.permission(repo, mira)).toBe(permission);
  });

  it("is that of the project where the repository has no list of its own", async () => {
    identities({ identityIds: MIRA }, account());
    repository();
    list("repoV2/p-1/r-1");
    list("repoV2/p-1", entry(6));
    expect(await forge.permission(repo, mira)).toBe("write");
  });

  it("is none where no list has the account, and never that of another one", async () => {
    identities({ identityIds: MIRA }, account());
    repository();
    list("repoV2/p-1/r-1", { acesDictionary: { other: { allow: 255, deny: 0 } } });
    list("repoV2/p-1");
    expect(await forge.permission(repo, mira)).toBe("none");
  });

  it.each([
    ["an account that is not active", [account({ isActive: false })]],
    ["an account that is gone", [null]],
    ["another account", [account({ id: SELF })]],
    ["nobody", []],
  ])("is none of %s", async (_case, found) => {
    identities({ identityIds: MIRA }, ...found);
    expect(await forge.permission(repo, mira)).toBe("none");
  });

  it.each([
    ["mira@harbour.example", { Account: { $value: "Mira@harbour.example" } }],
    ["HARBOUR\\mira", { Account: { $value: "mira" }, Domain: { $value: "HARBOUR" } }],
  ])("is asked of who has the unique name %s now", async (login, properties) => {
    identities({ searchFilter: "AccountName", filterValue: login }, account({ properties }));
    repository();
    list("repoV2/p-1/r-1", entry(6));
    expect(await forge.permission(repo, { id: "", login })).toBe("write");
  });

  it("is none where several have the name, or only a similar one", async () => {
    const login = "mira@harbour.example";
    const same = account({ properties: { Account: { $value: login } } });
    identities({ searchFilter: "AccountName", filterValue: login }, same, same);
    expect(await forge.permission(repo, { id: "", login })).toBe("none");
    const similar = account({ properties: { Account: { $value: `x${login}` } } });
    identities({ searchFilter: "AccountName", filterValue: login }, similar);
    expect(await forge.permission(repo, { id: "", login })).toBe("none");
  });

  it("is unknown of nobody, without asking", async () => {
    expect(await forge.permission(repo, { id: "", login: "" })).toBe("unknown");
  });

  it("is unknown where we may not ask", async () => {
    identities({ identityIds: MIRA }, account());
    api.get(G).query(V).reply(403, { message: "no" });
    expect(await forge.permission(repo, mira)).toBe("unknown");
  });

  it("is none in a repository that is gone", async () => {
    identities({ identityIds: MIRA }, account());
    api.get(G).query(V).reply(404, { message: "no" });
    expect(await forge.permission(repo, mira)).toBe("none");
  });

  it("is asked on a server at the same place as everything", async () => {
    const server = await openWithToken({ url: `${HOST}/acme`, identityUrl: `${HOST}/acme` });
    api
      .get("/_apis/identities")
      .query({ ...V, identityIds: MIRA })
      .reply(200, { value: [account()] });
    repository();
    list("repoV2/p-1/r-1", entry(2));
    expect(await server.permission(repo, mira)).toBe("read");
  });
});

describe("what is read from commits", () => {
  it("is no default branch of an empty repository", async () => {
    repository({ defaultBranch: undefined });
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
      code: "FORGE_NOT_FOUND",
      message: expect.stringContaining("its repository is empty") as unknown,
    });
  });

  it.each([
    ["main", "branch", "main"],
    ["refs/heads/a/b", "branch", "a/b"],
    ["refs/tags/v1", "tag", "v1"],
    ["a".repeat(40), "commit", "a".repeat(40)],
  ])("is a file at %s", async (ref, type, version) => {
    const query = {
      ...V,
      path: "/docs/a b.txt",
      "versionDescriptor.versionType": type,
      "versionDescriptor.version": version,
    };
    api.get(`${G}/items`).query(query).matchHeader("accept", "text/plain").reply(200, "text\n");
    expect(await forge.readFile(repo, "docs/a b.txt", ref)).toBe("text\n");
  });

  it("is undefined where there is no file", async () => {
    api.get(`${G}/items`).query(true).reply(404, { message: "TF401174" });
    expect(await forge.readFile(repo, "no.txt", "main")).toBeUndefined();
  });
});

describe("addresses", () => {
  it("are made of the config and of names, encoded", () => {
    const page = "https://dev.azure.com/acme/Coast%20Guard/_git/lighthouse";
    expect(forge.gitUrl(repo)).toBe(page);
    expect(forge.compareUrl(repo, "main", "a/b c")).toBe(
      `${page}/branchCompare?baseVersion=GBmain&targetVersion=GBa%2Fb+c`,
    );
    expect(forge.pullRequestRef(8)).toBe("refs/pull/8/merge");
    expect(forge.closingReference(12)).toBe("Fixes #12");
  });

  it("of a server keep its path, and git may have its own", async () => {
    const server = await openWithToken({
      url: "https://devops.example.com/tfs/Default",
      gitUrl: "https://git.example.com",
    });
    expect(server.gitUrl(repo)).toBe("https://git.example.com/Coast%20Guard/_git/lighthouse");
    expect(server.compareUrl(repo, "a", "b")).toContain(
      "https://devops.example.com/tfs/Default/Coast%20Guard/",
    );
  });

  it("of git carry no token, which goes beside them with any name", async () => {
    expect(await forge.gitCredentials(repo, "push")).toEqual({ username: "forgehand", password: "a-token" });
  });
});
