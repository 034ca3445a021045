import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { alice, bot, OTHER_SHA, PULL_REQUEST, repo } from "../../support/samples.ts";
import { foretold, openWithToken, page, refusal, REPO, us } from "./api.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const whoAmI = (headers: Record<string, string>) =>
  api.get("/api/latest/application-properties").reply(200, {}, headers);

const users = (query: object) => api.get("/api/latest/users").query({ limit: "100", start: "0", ...query });

describe("who we are", () => {
  it("is asked once, with our name and our token", async () => {
    api
      .get("/api/latest/application-properties")
      .matchHeader("authorization", "Bearer a-token")
      .matchHeader("user-agent", "forgehand/test")
      .reply(200, {}, { "x-ausername": "forgehand" });
    users({ filter: "forgehand" }).reply(200, page([{ id: 99, name: "forgehand" }]));
    expect(await forge.self()).toEqual(bot);
    expect(await forge.self()).toEqual(bot);
  });

  it("is found by the whole name, on whatever page it is", async () => {
    whoAmI({ "x-ausername": "j%C3%B6rg" });
    users({ filter: "jörg" }).reply(
      200,
      page([{ id: 1, name: "jörgen" }], { isLastPage: false, nextPageStart: 7 }),
    );
    users({ filter: "jörg", start: "7" }).reply(200, page([{ id: 2, name: "jörg" }]));
    expect(await forge.self()).toEqual({ id: "2", login: "jörg" });
  });

  it("is told by the headers where a token's own account is not listed, or nobody may list", async () => {
    whoAmI({ "x-ausername": "token-9", "x-auserid": "9" });
    users({ filter: "token-9" }).reply(200, page([]));
    expect(await forge.self()).toEqual({ id: "9", login: "token-9" });
    forge = await openWithToken();
    whoAmI({ "x-ausername": "100%" });
    users({ filter: "100%" }).reply(401, refusal("AuthorisationException"));
    expect(await forge.self()).toEqual({ id: "100%", login: "100%" });
  });

  it.each<Record<string, string>>([{}, { "x-ausername": "anonymous" }])(
    "is nobody with %j: the token counts for nothing",
    async (headers) => {
      whoAmI(headers);
      await expect(forge.self()).rejects.toMatchObject({
        code: "FORGE_AUTH_FAILED",
        message: expect.stringContaining("Make a new HTTP access token") as unknown,
      });
    },
  );

  it("decides the name for git: a person's own, and one that means nobody for a project's token", async () => {
    us(api);
    expect(await forge.gitCredentials(repo, "clone")).toEqual({ username: "forgehand", password: "a-token" });
    forge = await openWithToken();
    us(api, "SERVICE");
    expect(await forge.gitCredentials(repo, "push")).toEqual({
      username: "x-token-auth",
      password: "a-token",
    });
  });
});

describe("permission", () => {
  const asked = (permission: string, values: readonly object[] = []) =>
    users({
      filter: "alice",
      "permission.1": permission,
      "permission.1.projectKey": "octo",
      "permission.1.repositorySlug": "hello",
    }).reply(200, page(values));
  const someone = { id: 1, name: "alice" };

  it("is the greatest that the account effectively has", async () => {
    asked("REPO_ADMIN", [someone]);
    expect(await forge.permission(repo, alice)).toBe("admin");
    asked("REPO_ADMIN");
    asked("REPO_WRITE", [someone]);
    expect(await forge.permission(repo, alice)).toBe("write");
    asked("REPO_ADMIN");
    asked("REPO_WRITE");
    asked("REPO_READ", [someone]);
    expect(await forge.permission(repo, alice)).toBe("read");
  });

  it("is none for others whose name or address holds the login, and for a login that was used again", async () => {
    const others = [
      { id: 2, name: "alice" },
      { id: 3, name: "malice" },
    ];
    for (const permission of ["REPO_ADMIN", "REPO_WRITE", "REPO_READ"]) asked(permission, others);
    expect(await forge.permission(repo, alice)).toBe("none");
  });

  it.each([
    [401, "AuthorisationException"],
    [403, "AuthorisationException"],
    [404, "repository.NoSuchRepositoryException"],
  ])("is unknown where Bitbucket answers %i", async (status, exception) => {
    api.get("/api/latest/users").query(true).reply(status, refusal(exception));
    expect(await forge.permission(repo, alice)).toBe("unknown");
  });

  it("is not guessed while the token is refused", async () => {
    api.get("/api/latest/users").query(true).reply(401, refusal("AuthenticationException"));
    await expect(forge.permission(repo, alice)).rejects.toMatchObject({ code: "FORGE_AUTH_FAILED" });
  });
});

describe("what Bitbucket lacks", () => {
  it("is unsupported, and no right is missing for it", async () => {
    const change = { add: ["a"], remove: [] };
    expect(await forge.changeLabels(repo, PULL_REQUEST, change)).toBe("unsupported");
    expect(await forge.whoLabelled(repo, PULL_REQUEST, "a")).toEqual({ kind: "unsupported" });
    expect(await forge.missingRights()).toEqual([]);
  });

  it("is no issue to comment on", async () => {
    const issue = { kind: "issue", number: 7 } as const;
    await expect(forge.upsertComment(repo, issue, { marker: "m", body: "m" })).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: "issue #7 cannot be commented: Bitbucket Data Center has no issues.",
    });
  });
});

describe("defaultBranch", () => {
  const main = { id: "refs/heads/main", displayId: "main", latestCommit: OTHER_SHA };

  it("is the short name", async () => {
    api.get(`${REPO}/default-branch`).reply(200, main);
    expect(await forge.defaultBranch(repo)).toBe("main");
  });

  it("is asked for as before 7.5 where the newer address is not known, from then on", async () => {
    api.get(`${REPO}/default-branch`).reply(404, { "status-code": 404 });
    api.get(`${REPO}/branches/default`).twice().reply(200, main);
    expect(await forge.defaultBranch(repo)).toBe("main");
    expect(await forge.defaultBranch(repo)).toBe("main");
  });

  it("is missing in an empty repository, which is said", async () => {
    api.get(`${REPO}/default-branch`).reply(204);
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
      code: "FORGE_NOT_FOUND",
      message: expect.stringContaining("push a first commit") as unknown,
    });
  });

  it("is not looked for elsewhere where the repository is gone", async () => {
    api.get(`${REPO}/default-branch`).reply(404, refusal("repository.NoSuchRepositoryException"));
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({ code: "FORGE_NOT_FOUND" });
  });
});

describe("readFile", () => {
  it("is the text at a ref, whatever signs the path has", async () => {
    api
      .get(`${REPO}/raw/a%20b/%C3%A4%3F.yml`)
      .query({ at: "refs/heads/fix/it" })
      .reply(200, '{"a": 1}', { "content-type": "text/plain" });
    expect(await forge.readFile(repo, "a b/ä?.yml", "refs/heads/fix/it")).toBe('{"a": 1}');
  });

  it("is nothing where there is no such file", async () => {
    api.get(`${REPO}/raw/a.yml`).query({ at: "main" }).reply(404, refusal("content.NoSuchPathException"));
    expect(await forge.readFile(repo, "a.yml", "main")).toBeUndefined();
  });
});

describe("addresses", () => {
  it("are made of the config and of the full name", () => {
    expect(forge.gitUrl({ id: "1", fullName: "HARB/lamp" })).toBe(
      "https://git.example.com/bitbucket/scm/harb/lamp.git",
    );
    expect(forge.pullRequestRef(8)).toBe("refs/pull-requests/8/from");
    expect(forge.compareUrl({ id: "1", fullName: "~mira/lamp" }, "main", "fix/a&b")).toBe(
      "https://git.example.com/bitbucket/users/mira/repos/lamp/pull-requests" +
        "?create&sourceBranch=refs%2Fheads%2Ffix%2Fa%26b&targetBranch=refs%2Fheads%2Fmain",
    );
  });
});

describe("refusals", () => {
  const ask = () => forge.pullRequest(repo, 8).catch((error: unknown) => error);
  const answer = (status: number, body: object, headers: Record<string, string> = {}) =>
    api.get(`${REPO}/pull-requests/8`).reply(status, body, headers);

  it("say Bitbucket's own sentence", async () => {
    answer(404, refusal("pull.NoSuchPullRequestException", "No pull request exists with ID 8."));
    expect(await ask()).toMatchObject({
      message: expect.stringMatching(
        /^acme answered 404 to GET \/rest\/api\/latest\/projects\/octo\/repos\/hello\/pull-requests\/8: No pull request exists with ID 8\. /,
      ) as unknown,
    });
  });

  it("tell a missing right from a bad token, though both are 401", async () => {
    answer(401, refusal("AuthorisationException", "You are not permitted to access this resource"));
    expect(await ask()).toMatchObject({ code: "FORGE_REFUSED", retryable: false });
    answer(401, refusal("AuthenticationException", "Authentication failed."));
    expect(await ask()).toMatchObject({ code: "FORGE_AUTH_FAILED" });
  });

  it("make us wait ten minutes at most", async () => {
    answer(429, {}, { "retry-after": "999999" });
    expect(await ask()).toMatchObject({ code: "FORGE_RATE_LIMITED", retryAfter: 600_000 });
  });

  it("of a commit that was just pushed may pass", async () => {
    answer(404, refusal("commit.NoSuchCommitException"));
    expect(await ask()).toMatchObject({ code: "FORGE_NOT_FOUND", retryable: true });
  });
});
