import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { foretold, G, openWithToken, repo, V, W } from "./api.ts";

const MARKER = "<!-- forgehand:comment -->";
const PREVIEW = { "api-version": "7.1-preview.4" };
const SELF = "d04c8e91-6f3a-4b72-8c5d-2a7e1b9f0346";
const OTHER = "8e5a7d10-2c6b-4e0f-9b53-a41d7f60c982";

const issue = { kind: "issue", number: 12 } as const;
const request = { kind: "pull_request", number: 8 } as const;

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const us = () =>
  api
    .get("/_apis/connectionData")
    .query(true)
    .reply(200, { authenticatedUser: { id: SELF.toUpperCase() } });

describe("upsertComment on a pull request", () => {
  const threads = `${G}/pullRequests/8/threads`;
  const body = `${MARKER}\nrunning`;
  const write = (id?: string) => forge.upsertComment(repo, request, { id, marker: MARKER, body });

  it("edits the comment of the id, in its discussion", async () => {
    api.patch(`${threads}/31/comments/2`, { content: body }).query(V).reply(200, { id: 2 });
    expect(await write("31/2")).toEqual({ id: "31/2" });
  });

  it("finds ours, where somebody else copied the marker before", async () => {
    us();
    api
      .get(threads)
      .query(V)
      .reply(200, {
        value: [
          { id: 1, comments: [{ id: 1, content: body, author: { id: OTHER } }] },
          { id: 2, isDeleted: true, comments: [{ id: 1, content: body, author: { id: SELF } }] },
          { id: 3, comments: [{ id: 1, content: body, isDeleted: true, author: { id: SELF } }] },
          { id: 4, comments: [{ id: 1, content: null, author: null }] },
          { id: 5, comments: null },
          { id: 6, comments: [{ id: 1 }, { id: 3, content: body, author: { id: SELF.toUpperCase() } }] },
        ],
      });
    api.patch(`${threads}/6/comments/3`, { content: body }).query(V).reply(200, { id: 3 });
    expect(await write()).toEqual({ id: "6/3" });
  });

  it("begins a discussion that is closed, where the known one was deleted and there is no other", async () => {
    us();
    api.patch(`${threads}/31/comments/2`).query(V).reply(404, { message: "gone" });
    api.get(threads).query(V).reply(200, { value: [] });
    const sent = {
      status: "closed",
      comments: [{ parentCommentId: 0, content: body, commentType: "text" }],
    };
    api
      .post(threads, sent)
      .query(V)
      .reply(200, { id: 32, comments: [{ id: 1 }] });
    expect(await write("31/2")).toEqual({ id: "32/1" });
  });

  it("cuts a body at 150,000 characters and keeps the marker, wherever it stood", async () => {
    const fits = ({ content }: { content: string }) =>
      Array.from(content).length === 150_000 && content.includes(MARKER);
    api.patch(`${threads}/31/comments/2`, fits).query(V).reply(200, { id: 2 });
    const long = "🗼".repeat(150_100) + MARKER;
    await forge.upsertComment(repo, request, { id: "31/2", marker: MARKER, body: long });
  });

  it("does not take a refusal for a deleted comment", async () => {
    api.patch(`${threads}/31/comments/2`).query(V).reply(403, { message: "no" });
    await expect(write("31/2")).rejects.toMatchObject({ code: "FORGE_REFUSED", retryable: false });
  });
});

describe("upsertComment on a work item", () => {
  const comments = `${W}/12/comments`;
  const body = `${MARKER}\n⏳ **a & b**: [Run 1](https://bot.example/1) \`<x>\`.\n\nSecond`;
  const text =
    `${MARKER}<div>⏳ <b>a &amp; b</b>: <a href="https://bot.example/1">Run 1</a> <code>&lt;x&gt;</code>.</div>` +
    "<div>Second</div>";
  const write = (id?: string) => forge.upsertComment(repo, issue, { id, marker: MARKER, body });

  it("edits the comment of the id, as HTML", async () => {
    api.patch(`${comments}/900`, { text }).query(PREVIEW).reply(200, { id: 900 });
    expect(await write("900")).toEqual({ id: "900" });
  });

  it("finds ours on a later page", async () => {
    us();
    api
      .get(comments)
      .query({ ...PREVIEW, $top: "200" })
      .reply(200, {
        comments: [
          { id: 1, text, createdBy: { id: OTHER } },
          { id: 2, text: null },
        ],
        continuationToken: "next",
      });
    api
      .get(comments)
      .query({ ...PREVIEW, $top: "200", continuationToken: "next" })
      .reply(200, { comments: [{ id: 3, text, createdBy: { id: SELF } }] });
    api.patch(`${comments}/3`, { text }).query(PREVIEW).reply(200, { id: 3 });
    expect(await write()).toEqual({ id: "3" });
  });

  it("writes a new one where there is none, with the preview of an older server", async () => {
    const server = await openWithToken({ apiVersion: "6.0" });
    us();
    const preview = { "api-version": "6.0-preview.3" };
    api
      .get(comments)
      .query({ ...preview, $top: "200" })
      .reply(200, { comments: [] });
    api.post(comments, { text }).query(preview).reply(200, { id: 901 });
    expect(await server.upsertComment(repo, issue, { marker: MARKER, body })).toEqual({ id: "901" });
  });
});

describe("changeLabels on a work item", () => {
  const path = `${W}/12`;
  const tags = (field?: string, rev = 4) =>
    api
      .get(path)
      .query({ ...V, fields: "System.Tags" })
      .reply(200, { id: 12, rev, fields: field === undefined ? {} : { "System.Tags": field } });
  const patch = (op: string, value: string, rev = 4) =>
    api
      .patch(path, [
        { op: "test", path: "/rev", value: rev },
        { op, path: "/fields/System.Tags", value },
      ])
      .query(V)
      .matchHeader("content-type", "application/json-patch+json");
  const change = { add: ["coding agent processing"], remove: ["coding agent"] };

  it("replaces the field, with all other tags as they were", async () => {
    tags("Tide; Coding Agent; b");
    patch("replace", "Tide; b; coding agent processing").reply(200, {});
    expect(await forge.changeLabels(repo, issue, change)).toBe("set");
  });

  it("adds the field where there were no tags", async () => {
    tags();
    patch("add", "coding agent processing").reply(200, {});
    expect(await forge.changeLabels(repo, issue, change)).toBe("set");
  });

  it("writes nothing where nothing changes", async () => {
    tags("Coding agent processing; Tide");
    expect(await forge.changeLabels(repo, issue, change)).toBe("set");
    expect(await forge.changeLabels(repo, issue, { add: [], remove: [] })).toBe("set");
  });

  it.each([409, 412])("reads again where somebody saved it in between (%i)", async (status) => {
    tags("coding agent");
    patch("replace", "coding agent processing").reply(status, { message: "TF26071" });
    tags("coding agent; Tide", 5);
    patch("replace", "Tide; coding agent processing", 5).reply(200, {});
    expect(await forge.changeLabels(repo, issue, change)).toBe("set");
  });

  it("gives up where it is saved again and again", async () => {
    for (let rev = 1; rev <= 4; rev += 1) {
      tags("coding agent", rev);
      patch("replace", "coding agent processing", rev).reply(412, { message: "TF26071" });
    }
    await expect(forge.changeLabels(repo, issue, change)).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });

  it.each(["one, two", "one; two"])("refuses the name %j, which would be two tags", async (name) => {
    await expect(forge.changeLabels(repo, issue, { add: [name], remove: [] })).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining("choose a name without one") as unknown,
    });
  });
});

describe("changeLabels on a pull request", () => {
  it("adds and removes one by one, and one that is not there is removed", async () => {
    const labels = `${G}/pullRequests/8/labels`;
    api.post(labels, { name: "a b" }).query(V).reply(200, { name: "a b" });
    api.delete(`${labels}/c%2Fd`).query(V).reply(200, "");
    api.delete(`${labels}/e`).query(V).reply(404, { message: "no" });
    expect(await forge.changeLabels(repo, request, { add: ["a b"], remove: ["c/d", "e"] })).toBe("set");
  });
});

describe("whoLabelled", () => {
  const tags = (field?: string) =>
    api
      .get(`${W}/12`)
      .query({ ...V, fields: "System.Tags" })
      .reply(200, { rev: 4, fields: { "System.Tags": field } });
  const updates = (skip: number, value: object[]) =>
    api
      .get(`${W}/12/updates`)
      .query({ ...V, $top: "200", $skip: String(skip) })
      .reply(200, { value });
  const update = (id: number, oldValue?: string, newValue?: string, by = OTHER) => ({
    id,
    revisedBy: { id: by.toUpperCase(), uniqueName: "mira@harbour.example", displayName: "Mira" },
    revisedDate: "9999-01-01T00:00:00Z",
    fields: {
      "System.Tags": { oldValue, newValue },
      "System.ChangedDate": { newValue: "2026-10-06T09:15:00Z" },
    },
  });

  it("tells the latest who set it, on a later page", async () => {
    tags("Tide; Coding agent");
    const noise = Array.from({ length: 198 }, (_, at) => ({ id: at + 3, fields: { "System.Rev": {} } }));
    updates(0, [update(1, undefined, "coding agent", SELF), update(2, "coding agent", undefined), ...noise]);
    updates(200, [
      update(201, "Tide", "Tide; Coding agent"),
      update(202, "Tide; Coding agent", "Coding agent"),
    ]);
    expect(await forge.whoLabelled(repo, issue, "coding agent")).toEqual({
      kind: "set",
      actor: { id: OTHER, login: "mira@harbour.example" },
      eventId: "201",
      at: new Date("2026-10-06T09:15:00Z"),
    });
  });

  it("says that it is absent, without reading the history", async () => {
    tags("Tide");
    expect(await forge.whoLabelled(repo, issue, "coding agent")).toEqual({ kind: "absent" });
  });

  it("cannot tell where the history does not say", async () => {
    tags("coding agent");
    updates(0, [{ id: 1 }]);
    expect(await forge.whoLabelled(repo, issue, "coding agent")).toEqual({ kind: "unsupported" });
  });

  it.each([
    ["unsupported", { name: "Coding agent", active: true }],
    ["absent", { name: "coding agent", active: false }],
  ])("is %s on a pull request with %j", async (kind, label) => {
    api
      .get(`${G}/pullRequests/8/labels`)
      .query(V)
      .reply(200, { value: [label] });
    expect(await forge.whoLabelled(repo, request, "coding agent")).toEqual({ kind });
  });
});
