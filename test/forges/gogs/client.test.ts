import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { alice, bot, ISSUE, PULL_REQUEST, repo, SHA } from "../../support/samples.ts";
import { foretold, openWithToken } from "./api.ts";

const MARKER = "<!-- forgehand:comment -->";
const R = "/repos/octo/hello";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const us = () => api.get("/user").reply(200, { id: 99, login: "forgehand", username: "forgehand" });

describe("every request to Gogs", () => {
  it("names itself and its token, by the one scheme that Gogs takes", async () => {
    api
      .get("/user")
      .matchHeader("authorization", "token a-token")
      .matchHeader("user-agent", "forgehand/test")
      .reply(200, { id: 99, login: "forgehand" });
    expect(await forge.self()).toEqual(bot);
    expect(await forge.self()).toEqual(bot);
  });

  it.each([
    ["a message", { message: "repository is empty" }, "repository is empty"],
    ["a list of mistakes", [{ message: "Required" }], '[{"message":"Required"}]'],
    ["nothing", undefined, "no reason given"],
  ])("tells Gogs' own reason, which is %s", async (_case, body, reason) => {
    api.get(R).reply(422, body);
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
      message: expect.stringContaining(`gogs answered 422 to GET ${R}: ${reason}.`) as unknown,
    });
  });
});

describe("upsertComment", () => {
  const body = `${MARKER}\nrunning`;
  const comments = `${R}/issues/7/comments`;
  const wanted = { marker: MARKER, body };

  it("edits the comment of the id", async () => {
    api.patch(`${comments}/500`, { body }).reply(200, { id: 500 });
    expect(await forge.upsertComment(repo, ISSUE, { id: "500", ...wanted })).toEqual({ id: "500" });
  });

  it("finds ours, though somebody else copied the marker before", async () => {
    us();
    api.get(comments).reply(200, [
      { id: 1, body, user: { id: 1 } },
      { id: 2, body: null, user: null },
      { id: 3, body, user: { id: 99 } },
    ]);
    api.patch(`${comments}/3`, { body }).reply(200, { id: 3 });
    expect(await forge.upsertComment(repo, ISSUE, wanted)).toEqual({ id: "3" });
  });

  it("writes a new one where the known one was deleted and there is no other", async () => {
    us();
    const path = `${R}/issues/8/comments`;
    api.patch(`${path}/500`).reply(404);
    api.get(path).reply(200, []);
    api.post(path, { body }).reply(201, { id: 501 });
    expect(await forge.upsertComment(repo, PULL_REQUEST, { id: "500", ...wanted })).toEqual({ id: "501" });
  });

  it("cuts a body to what every database of Gogs keeps, and keeps the marker, wherever it stood", async () => {
    const fits = ({ body: sent }: { body: string }) =>
      Buffer.byteLength(sent) <= 65_535 && sent.includes(MARKER);
    api.patch(`${comments}/5`, fits).reply(200, { id: 5 });
    const long = "🛞".repeat(20_000) + MARKER;
    await forge.upsertComment(repo, ISSUE, { id: "5", marker: MARKER, body: long });
  });

  it("does not take a refusal for a deleted comment", async () => {
    api.patch(`${comments}/500`).reply(403);
    const call = forge.upsertComment(repo, ISSUE, { id: "500", ...wanted });
    await expect(call).rejects.toMatchObject({ code: "FORGE_REFUSED", retryable: false });
  });
});

describe("labels", () => {
  const issue = `${R}/issues/7`;
  const on = (...names: [number, string][]) =>
    api.get(issue).reply(200, { labels: names.map(([id, name]) => ({ id, name })) });

  it("are set and taken off by id, and made where the repository does not know them", async () => {
    on([8, "Coding Agent"], [3, "bug"]);
    api.get(`${R}/labels`).reply(200, [{ id: 5, name: "Coding agent processing" }]);
    api.post(`${R}/labels`, { name: "new", color: "#ededed" }).reply(201, { id: 6, name: "new" });
    api.post(`${issue}/labels`, { labels: [5, 6] }).reply(200, []);
    api.delete(`${issue}/labels/8`).reply(204);
    const change = { add: ["coding agent processing", "new"], remove: ["coding agent", "not there"] };
    expect(await forge.changeLabels(repo, ISSUE, change)).toBe("set");
  });

  it("are left alone where nothing is to change", async () => {
    on([5, "done"]);
    expect(await forge.changeLabels(repo, ISSUE, { add: ["Done"], remove: ["coding agent"] })).toBe("set");
  });

  it("that somebody else takes off at the same time count as taken off", async () => {
    on([8, "coding agent"]);
    api.delete(`${issue}/labels/8`).reply(404);
    expect(await forge.changeLabels(repo, ISSUE, { add: [], remove: ["coding agent"] })).toBe("set");
  });

  it("are there or not, and nobody tells who set them", async () => {
    on([8, "Coding agent"]);
    expect(await forge.whoLabelled(repo, ISSUE, "coding agent")).toEqual({ kind: "unsupported" });
    on();
    expect(await forge.whoLabelled(repo, ISSUE, "coding agent")).toEqual({ kind: "absent" });
  });
});

describe("permission", () => {
  const owner = { id: 12, login: "octo" };
  const asked = (hidden = false) => api.get(R).reply(200, { owner, private: hidden, default_branch: "main" });
  const given = (admin: boolean, push: boolean, pull: boolean) => ({ permissions: { admin, push, pull } });

  it("of the owner is admin", async () => {
    asked();
    expect(await forge.permission(repo, { id: "12", login: "octo" })).toBe("admin");
  });

  it.each([
    [given(true, true, true), "admin"],
    [given(false, true, true), "write"],
    [given(false, false, true), "read"],
    [given(false, false, false), "none"],
  ])("of a collaborator with %j is %s", async (permissions, permission) => {
    asked();
    api.get(`${R}/collaborators`).reply(200, [
      { id: 2, ...given(true, true, true) },
      { id: 1, ...permissions },
    ]);
    expect(await forge.permission(repo, alice)).toBe(permission);
  });

  it("of somebody who took over the login of a collaborator is none of theirs", async () => {
    asked(true);
    api.get(`${R}/collaborators`).reply(200, [{ id: 2, login: "alice", ...given(true, true, true) }]);
    api.get("/orgs/octo/teams").reply(404);
    expect(await forge.permission(repo, alice)).toBe("none");
  });

  it.each([
    [true, "none"],
    [false, "read"],
  ])("of anybody else, where a person's repository is private: %s, is %s", async (hidden, permission) => {
    asked(hidden);
    api.get(`${R}/collaborators`).reply(200, []);
    api.get("/orgs/octo/teams").reply(404);
    expect(await forge.permission(repo, alice)).toBe(permission);
  });

  it.each([403, 404])("is unknown where we may not see the collaborators (%i)", async (status) => {
    asked();
    api.get(`${R}/collaborators`).reply(status);
    expect(await forge.permission(repo, alice)).toBe("unknown");
  });

  describe("in a repository of an organisation", () => {
    beforeEach(() => {
      asked();
      api.get(`${R}/collaborators`).reply(200, []);
      api.get("/orgs/octo/teams").reply(200, [
        { id: 3, permission: "write" },
        { id: 4, permission: "owner" },
      ]);
    });

    it("is admin of those who own it", async () => {
      api.get("/admin/teams/4/members").reply(200, [{ id: 1 }]);
      expect(await forge.permission(repo, alice)).toBe("admin");
    });

    it.each([
      ["of members that nobody tells us of", 403, undefined],
      ["of others", 200, [{ id: 2 }]],
    ])("is unknown %s", async (_case, status, members) => {
      api.get("/admin/teams/4/members").reply(status, members);
      expect(await forge.permission(repo, alice)).toBe("unknown");
    });
  });
});

describe("what is in a repository", () => {
  it("is its default branch", async () => {
    const found = { owner: { id: 1, login: "octo" }, private: false };
    api.get(R).reply(200, { ...found, default_branch: "trunk" });
    expect(await forge.defaultBranch(repo)).toBe("trunk");
    api.get(R).reply(200, { ...found, default_branch: "" });
    await expect(forge.defaultBranch(repo)).rejects.toMatchObject({
      code: "FORGE_NOT_FOUND",
      message: expect.stringContaining("push a first commit") as unknown,
    });
  });

  it("is the text of a file, or none", async () => {
    api.get(`${R}/raw/main/a%20b.txt`).reply(200, '{"a": 1}\n');
    expect(await forge.readFile(repo, "a b.txt", "main")).toBe('{"a": 1}\n');
    api.get(`${R}/raw/main/none`).reply(404);
    expect(await forge.readFile(repo, "none", "main")).toBeUndefined();
  });
});

describe("what Gogs does not have", () => {
  it("is said so, without a request", async () => {
    const place = { repo, sha: SHA };
    const status = { state: "success", context: "c", description: "d" } as const;
    expect(await forge.setStatus(place, status)).toBe("unsupported");
    const wanted = { branch: "b", base: "main", title: "t", body: "", draft: false };
    expect(await forge.openPullRequest(repo, wanted)).toBe("unsupported");
    expect(await forge.findPullRequest(repo, "b")).toBeUndefined();
    expect(await forge.missingRights()).toEqual([]);
  });
});

describe("where things are", () => {
  it("is told from the configured address", async () => {
    expect(forge.gitUrl(repo)).toBe("https://gogs.example/octo/hello.git");
    expect(forge.pullRequestRef(8)).toBe("refs/pull/8/head");
    expect(forge.closingReference(7)).toBe("Closes #7");
    expect(forge.compareUrl(repo, "main", "forgehand/x/7-größe#1")).toBe(
      "https://gogs.example/octo/hello/compare/main...forgehand/x/7-gr%C3%B6%C3%9Fe%231",
    );
    expect(await forge.gitCredentials(repo, "push")).toEqual({ username: "a-token", password: "a-token" });
  });
});
