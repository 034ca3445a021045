import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { COMMENT_MARKER } from "../../../src/core/text.ts";
import { foretold, G, openWithToken, repo, V, W } from "./api.ts";

let api: nock.Scope;
let people: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api, people } = foretold());
  forge = await openWithToken();
});

const P = "/6a1f0c52-93d4-4a37-8f1e-0d2b7c5e9a10";
const mira = { id: "8E5A7D10", uniqueName: "mira@harbour.example", displayName: "Mira" };
const actor = { id: "8e5a7d10", login: "mira@harbour.example" };
const refusal = { message: "TF400813: not authorized" };

/** Accounts that have a unique name. */
const known = (login: string, ...ids: string[]) =>
  people
    .get("/_apis/identities")
    .query({ ...V, searchFilter: "AccountName", filterValue: login })
    .reply(200, {
      value: ids.map((id) => ({ id, descriptor: `d;${id}`, properties: { Account: { $value: login } } })),
    });

describe("issue", () => {
  it("is a work item as it is now, with its author and its page", async () => {
    api
      .get(`${W}/12`)
      .query(V)
      .reply(200, {
        id: 12,
        fields: {
          "System.TeamProject": "Coast Guard",
          "System.Title": "Fix it",
          "System.State": "Done",
          "System.Tags": "bug; coding agent",
          "System.Description": "<div>Please.</div>",
          "System.CreatedBy": mira,
        },
      });
    expect(await forge.issue(repo, 12)).toEqual({
      number: 12,
      title: "Fix it",
      body: "Please.",
      state: "closed",
      labels: ["bug", "coding agent"],
      url: "https://dev.azure.com/acme/Coast%20Guard/_workitems/edit/12",
      author: actor,
    });
  });
});

describe("conversation", () => {
  const onPull = (limit: number) => forge.conversation(repo, { kind: "pull_request", number: 8 }, { limit });
  const onItem = (limit: number) => forge.conversation(repo, { kind: "issue", number: 12 }, { limit });
  const said = (id: number, minute: string, change: object = {}) => ({
    id,
    content: `Comment ${id}`,
    commentType: "text",
    author: mira,
    publishedDate: `2026-10-06T10:${minute}:00.1Z`,
    lastContentUpdatedDate: `2026-10-06T10:${minute}:00.4Z`,
    ...change,
  });

  it("of a pull request is what people say in all discussions, and not what the forge notes there", async () => {
    api
      .get(`${G}/pullRequests/8/threads`)
      .query(V)
      .reply(200, {
        value: [
          { id: 1, comments: [said(1, "01"), said(2, "09", { author: null })] },
          { id: 2, comments: [said(1, "02", { commentType: "system", content: "Mira voted 10" })] },
          { id: 3, isDeleted: true, comments: [said(1, "03")] },
          { id: 4, comments: [said(1, "04", { isDeleted: true, content: null }), said(2, "05")] },
          { id: 5, comments: [said(1, "06", { lastContentUpdatedDate: "2026-10-06T11:00:00Z" })] },
          { id: 6 },
        ],
      });
    expect(await onPull(20)).toEqual([
      { id: "8/1/1", author: actor, body: "Comment 1", createdAt: new Date("2026-10-06T10:01:00.1Z") },
      { id: "8/4/2", author: actor, body: "Comment 2", createdAt: new Date("2026-10-06T10:05:00.1Z") },
      {
        id: "8/5/1",
        author: actor,
        body: "Comment 1",
        createdAt: new Date("2026-10-06T10:06:00.1Z"),
        editedAt: new Date("2026-10-06T11:00:00Z"),
      },
      {
        id: "8/1/2",
        author: { id: "", login: "" },
        body: "Comment 2",
        createdAt: new Date("2026-10-06T10:09:00.1Z"),
      },
    ]);
  });

  it("of a work item is one page of the newest, as text", async () => {
    const remark = (id: number, minute: string, change: object = {}) => ({
      id,
      text: `<div>Comment ${id}</div>`,
      createdBy: mira,
      createdDate: `2026-10-06T10:${minute}:00Z`,
      modifiedDate: `2026-10-06T10:${minute}:00Z`,
      ...change,
    });
    api
      .get(`${W}/12/comments`)
      .query({ "api-version": "7.1-preview.4", $top: "3", order: "desc" })
      .reply(200, {
        comments: [
          remark(9, "09", { modifiedDate: "2026-10-06T12:00:00Z", createdBy: null }),
          remark(8, "08", { isDeleted: true }),
          remark(7, "07", { text: `<div>One &amp; two</div>${COMMENT_MARKER}` }),
        ],
      });
    expect(await onItem(3)).toEqual([
      {
        id: "12/7",
        author: actor,
        body: `One & two\n${COMMENT_MARKER}`,
        createdAt: new Date("2026-10-06T10:07:00Z"),
      },
      {
        id: "12/9",
        author: { id: "", login: "" },
        body: "Comment 9",
        createdAt: new Date("2026-10-06T10:09:00Z"),
        editedAt: new Date("2026-10-06T12:00:00Z"),
      },
    ]);
    expect(await onItem(0)).toEqual([]);
  });
});

describe("isMember", () => {
  const path = `/_apis/projects${P}/teams/Lamp%20keepers/members`;
  const asked = (skip = "0") => api.get(path).query({ ...V, $top: "100", $skip: skip });
  const ask = (who: { id: string; login: string } = actor, team = "Lamp keepers") =>
    forge.isMember(repo, team, who);
  const member = (id: string, more: object = {}) => ({ identity: { id, ...more }, isTeamAdmin: false });

  it("goes by the id, on whatever page it is", async () => {
    asked().reply(200, { value: Array.from({ length: 100 }, (_, at) => member(`other-${at}`)) });
    asked("100").reply(200, { value: [member("8E5A7D10")] });
    expect(await ask()).toBe("yes");
    asked().reply(200, { value: [member("other")] });
    expect(await ask()).toBe("no");
  });

  it("is unknown where a group belongs to the team, which may have the account in it", async () => {
    asked().reply(200, { value: [member("a-group", { isContainer: true })] });
    expect(await ask()).toBe("unknown");
  });

  it("asks who has the name now, of somebody whose id was not told", async () => {
    for (const [ids, expected] of [
      [["8e5a7d10"], "yes"],
      [[], "no"],
    ] as const) {
      known("mira@harbour.example", ...ids);
      asked().reply(200, { value: [member("8E5A7D10")] });
      expect(await ask({ id: "", login: "mira@harbour.example" })).toBe(expected);
    }
  });

  it.each([403, 404])("is unknown where Azure DevOps does not tell: %i", async (status) => {
    asked().reply(status, refusal);
    expect(await ask()).toBe("unknown");
  });

  it("asks nothing without a team, and nothing of nobody", async () => {
    expect(await ask(actor, "")).toBe("unknown");
    expect(await ask({ id: "", login: "" })).toBe("unknown");
  });
});

describe("requestReview", () => {
  const path = `${G}/pullRequests/8/reviewers`;
  const before = (...ids: string[]) =>
    api
      .get(path)
      .query(V)
      .reply(200, { value: ids.map((id) => ({ id, vote: 10 })) });
  const request = (...logins: string[]) => forge.requestReview(repo, 8, logins);

  it("adds people by their unique names, and leaves those alone who are reviewers", async () => {
    before("B2");
    known("mira@harbour.example", "a1");
    known("tom@harbour.example", "b2");
    api
      .post(path, [{ id: "a1" }])
      .query(V)
      .reply(200, { value: [] });
    expect(await request("mira@harbour.example", "tom@harbour.example")).toBe("set");
  });

  it("writes nothing where all are reviewers already", async () => {
    before("a1");
    known("mira@harbour.example", "A1");
    expect(await request("mira@harbour.example")).toBe("set");
    expect(await request()).toBe("set");
  });

  it.each([
    ["nobody", []],
    ["more than one person", ["a1", "a2"]],
  ])("refuses a name that %s has", async (_case, ids) => {
    before();
    known("mira", ...ids);
    await expect(request("mira")).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });
});

describe("requiredChecks", () => {
  const BUILD = "0609b952-1397-4640-95ec-e00a01b2c241";
  const STATUS = "CBDC66DA-9728-4AF8-AADA-9A5A32E4A226";
  const REVIEWERS = "fa4e907d-c16b-4a4c-9dfa-4906e5d171dd";
  const policy = (type: string, settings: object | null, more: object = {}) => ({
    isEnabled: true,
    isBlocking: true,
    isDeleted: false,
    type: { id: type },
    settings,
    ...more,
  });
  const asked = (more: object = {}) =>
    api
      .get(`${P}/_apis/git/policy/configurations`)
      .query({ ...V, repositoryId: "r-1", refName: "refs/heads/release/1", ...more });
  const repository = () =>
    api
      .get(G)
      .query(V)
      .reply(200, { id: "r-1", project: { id: "p-1" } });
  const ask = () => forge.requiredChecks(repo, "release/1");

  it("are pipelines by name and statuses by genre and name, that keep from merging", async () => {
    repository();
    asked().reply(
      200,
      {
        value: [
          policy(BUILD, { buildDefinitionId: 12 }),
          policy(BUILD, { buildDefinitionId: 13 }, { isBlocking: false }),
          policy(BUILD, { buildDefinitionId: 14 }, { isEnabled: false }),
          policy(REVIEWERS, { minimumApproverCount: 1 }),
        ],
      },
      { "x-ms-continuationtoken": "next" },
    );
    asked({ continuationToken: "next" }).reply(200, {
      value: [
        policy(STATUS, { statusGenre: "lamp", statusName: "wired" }),
        policy(STATUS, { statusGenre: null, statusName: "lit" }),
        policy(STATUS, { statusName: "gone" }, { isDeleted: true }),
        policy(STATUS, null),
      ],
    });
    api
      .get(`${P}/_apis/build/definitions`)
      .query({ ...V, definitionIds: "12" })
      .reply(200, {
        value: [
          { id: 12, name: "Lamp CI" },
          { id: 99, name: "Another" },
        ],
      });
    expect(await ask()).toEqual(["Lamp CI", "lamp/wired", "lit"]);
  });

  it("are none where no policy wants any, and no pipeline is asked for then", async () => {
    repository();
    asked().reply(200, { value: [] });
    expect(await ask()).toEqual([]);
  });

  it("cannot be told by a token that may not read pipelines", async () => {
    repository();
    asked().reply(200, { value: [policy(BUILD, { buildDefinitionId: 12 })] });
    api.get(`${P}/_apis/build/definitions`).query(true).reply(403, refusal);
    await expect(ask()).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });
});
