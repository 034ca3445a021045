import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { COMMENT_MARKER } from "../../../src/core/text.ts";
import { alice, answered, API, foretold, openWithToken, R, repo } from "./api.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const refusal = { type: "error", error: { message: "no" } };

describe("issue", () => {
  it("is read as it is now, with its author", async () => {
    api.get(`${R}/issues/7`).reply(200, {
      id: 7,
      title: "Fix it",
      content: { raw: "Please." },
      state: "resolved",
      reporter: { uuid: "{a1}", nickname: "alice" },
    });
    expect(await forge.issue(repo, 7)).toEqual({
      number: 7,
      title: "Fix it",
      body: "Please.",
      state: "closed",
      labels: [],
      author: alice,
    });
  });

  it("is not there where Bitbucket took the tracker away", async () => {
    api.get(`${R}/issues/7`).reply(410, refusal);
    await expect(forge.issue(repo, 7)).rejects.toMatchObject({ code: "FORGE_NOT_FOUND" });
  });
});

describe("conversation", () => {
  const comments = `${R}/pullrequests/8/comments`;
  const query = { sort: "-created_on", pagelen: "50" };
  const thread = { kind: "pull_request", number: 8 } as const;
  const said = (id: number, minute: string, change: object = {}) => ({
    id,
    content: { raw: `Comment ${id}` },
    user: { uuid: "{a1}", nickname: "alice" },
    deleted: false,
    created_on: `2026-10-03T10:${minute}:00.000000+00:00`,
    updated_on: `2026-10-03T10:${minute}:00.002000+00:00`,
    ...change,
  });
  const read = (limit: number) => forge.conversation(repo, thread, { limit });

  it("leaves out what was deleted and what was not sent yet, and tells what was edited", async () => {
    api
      .get(comments)
      .query(query)
      .reply(200, {
        values: [
          said(5, "05", { pending: true }),
          said(4, "04", { deleted: true, content: null }),
          said(3, "03", { updated_on: "2026-10-03T11:00:00+00:00", user: null }),
          said(2, "02", { content: { raw: "[//]: # (forgehand:comment)\nrunning" } }),
        ],
      });
    expect(await read(20)).toEqual([
      {
        id: "2",
        author: alice,
        body: `${COMMENT_MARKER}\nrunning`,
        createdAt: new Date("2026-10-03T10:02:00Z"),
      },
      {
        id: "3",
        author: { id: "", login: "" },
        body: "Comment 3",
        createdAt: new Date("2026-10-03T10:03:00Z"),
        editedAt: new Date("2026-10-03T11:00:00Z"),
      },
    ]);
  });

  it("reads no page more than it needs", async () => {
    const next = `${API}${comments}?page=2`;
    api
      .get(comments)
      .query(query)
      .reply(200, { values: [said(9, "09"), said(8, "08")], next });
    expect((await read(2)).map(({ id }) => id)).toEqual(["8", "9"]);
    expect(await read(0)).toEqual([]);
  });
});

describe("isMember", () => {
  const path = "/workspaces/harbour%20master/members/%7Ba1%7D";
  const ask = (actor = alice) => forge.isMember(repo, "harbour master", actor);

  it.each([
    ["yes", { user: { uuid: "{a1}" } }],
    ["no", { user: { uuid: "{b2}" } }],
    ["no", {}],
  ])("is %s where Bitbucket tells of %j", async (expected, body) => {
    api.get(path).reply(200, { type: "workspace_membership", ...body });
    expect(await ask()).toBe(expected);
  });

  it.each([
    [404, "no"],
    [403, "unknown"],
  ])("after %i is %s", async (status, expected) => {
    api.get(path).reply(status, refusal);
    expect(await ask()).toBe(expected);
  });

  it("is asked again later while Bitbucket has trouble", async () => {
    api.get(path).reply(503, "no");
    await expect(ask()).rejects.toMatchObject({ retryable: true });
  });

  it("asks nothing of nobody", async () => {
    expect(await ask({ id: "", login: "alice" })).toBe("unknown");
  });
});

describe("requestReview", () => {
  const pull = `${R}/pullrequests/8`;
  const who = "/workspaces/octo/permissions/repositories/%7B42%7D";
  const entry = (uuid: string, nickname: string, account = `712020:${nickname}`) => ({
    permission: "read",
    user: { uuid, nickname, account_id: account },
  });
  const known = (...values: object[]) =>
    api
      .get(who)
      .query({ pagelen: "50" })
      .reply(200, { values: [...values, { permission: "read" }] });
  const author = { uuid: "{99}", nickname: "forgehand" };
  const asked = (reviewers: object[] = [{ uuid: "{z9}" }]) =>
    api.get(pull).reply(200, answered({ author, reviewers }));
  const request = (...logins: string[]) => forge.requestReview(repo, 8, logins);

  it("adds people by nickname, UUID or account to those who were asked already", async () => {
    asked();
    known(entry("{a1}", "alice"), entry("{b2}", "bob"), entry("{c3}", "carol", "712020:c3"));
    const reviewers = ["{z9}", "{a1}", "{b2}", "{c3}"].map((uuid) => ({ uuid }));
    api.put(pull, { title: "A change", reviewers }).reply(200, answered());
    expect(await request("Alice", "{b2}", "712020:c3")).toBe("set");
  });

  it("writes nothing where all were asked already, or are the author", async () => {
    asked([{ uuid: "{a1}" }]);
    known(entry("{a1}", "alice"), entry("{99}", "forgehand"));
    expect(await request("alice", "forgehand")).toBe("set");
    expect(await request()).toBe("set");
  });

  it.each([
    ["nobody has", [entry("{b2}", "bob")], /Nobody .* is called "alice"/],
    ["two people have", [entry("{a1}", "alice"), entry("{a2}", "alice")], /Several people/],
  ])("refuses a nickname that %s", async (_case, entries, message) => {
    asked();
    known(...entries);
    await expect(request("alice")).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringMatching(message) as unknown,
    });
  });
});

describe("requiredChecks", () => {
  it("have no names on Bitbucket", async () => {
    expect(await forge.requiredChecks(repo, "main")).toBe("unsupported");
  });
});
