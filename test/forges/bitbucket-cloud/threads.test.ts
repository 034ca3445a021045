import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { COMMENT_MARKER } from "../../../src/core/text.ts";
import { API, foretold, openWithAccessToken, openWithToken, R, repo } from "./api.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const thread = { kind: "pull_request", number: 8 } as const;
const comments = `${R}/pullrequests/8/comments`;
const marker = COMMENT_MARKER;
const body = `${marker}\nrunning`;
const raw = "[//]: # (forgehand:comment)\nrunning";
const written = { content: { raw } };

const us = () => api.get("/user").reply(200, { uuid: "{99}", nickname: "forgehand" });
const listed = (id: number, uuid: string, change: object = {}) => ({
  id,
  content: { raw },
  user: { uuid },
  deleted: false,
  ...change,
});
const list = (...values: object[]) => api.get(`${comments}?pagelen=50`).reply(200, { values });
const upsert = (id?: string, on: Forge = forge) =>
  on.upsertComment(repo, thread, { ...(id === undefined ? {} : { id }), marker, body });

describe("upsertComment", () => {
  it("edits the comment of the id, with the marker as people do not see it", async () => {
    api.put(`${comments}/500`, written).reply(200, { id: 500 });
    expect(await upsert("500")).toEqual({ id: "500" });
  });

  it("finds ours on a later page, where somebody else copied the marker before", async () => {
    us();
    const next = `${API}${comments}?page=2`;
    api.get(`${comments}?pagelen=50`).reply(200, { values: [listed(1, "{1}")], next });
    api.get(`${comments}?page=2`).reply(200, {
      values: [
        { id: 2, content: null, user: null },
        listed(3, "{99}", { deleted: true }),
        listed(4, "{99}", { content: { raw: "Hello." } }),
        listed(5, "{99}"),
      ],
    });
    api.put(`${comments}/5`, written).reply(200, { id: 5 });
    expect(await upsert()).toEqual({ id: "5" });
  });

  it.each([
    ["was deleted", 404],
    ["is another account's, since the token was changed", 403],
  ])("writes a new one where the known one %s and there is no other", async (_case, status) => {
    api.put(`${comments}/500`).reply(status, { error: { message: "no" } });
    us();
    list(listed(500, "{99}"));
    api.post(comments, written).reply(201, { id: 501 });
    expect(await upsert("500")).toEqual({ id: "501" });
  });

  it("takes what it may change for its own, where an access token does not know who it is", async () => {
    api.get("/user").reply(403, { error: { message: "no" } });
    list(listed(1, "{1}"), listed(2, "{2}"));
    api.put(`${comments}/1`).reply(403, { error: { message: "no" } });
    api.put(`${comments}/2`, written).reply(200, { id: 2 });
    expect(await upsert(undefined, await openWithAccessToken())).toEqual({ id: "2" });
  });

  it("says so where it may not write at all", async () => {
    us();
    list();
    api.post(comments).reply(403, { error: { message: "no" } });
    await expect(upsert()).rejects.toMatchObject({ code: "FORGE_REFUSED", retryable: false });
  });

  it("writes on an issue by its own row of numbers, and says so where the tracker is gone", async () => {
    const issues = `${R}/issues/7/comments`;
    const on = { kind: "issue", number: 7 } as const;
    api.put(`${issues}/500`, written).reply(200, { id: 500 });
    expect(await forge.upsertComment(repo, on, { id: "500", marker, body })).toEqual({ id: "500" });
    us();
    api.get(`${issues}?pagelen=50`).reply(410, { error: { message: "The issue tracker was removed." } });
    await expect(forge.upsertComment(repo, on, { marker, body })).rejects.toMatchObject({
      code: "FORGE_NOT_FOUND",
      retryable: false,
    });
  });

  it("cuts a body and keeps the marker, wherever it stood", async () => {
    const fits = ({ content }: { content: { raw: string } }) =>
      Array.from(content.raw).length === 32_000 && content.raw.endsWith("\n[//]: # (forgehand:comment)");
    api.put(`${comments}/5`, fits).reply(200, { id: 5 });
    await forge.upsertComment(repo, thread, { id: "5", marker, body: "🗼".repeat(40_000) + marker });
  });

  it("mentions nobody by the braces around an id", async () => {
    api.put(`${comments}/5`, { content: { raw: "@\u200b{712020:1}" } }).reply(200, { id: 5 });
    await forge.upsertComment(repo, thread, { id: "5", marker: "", body: "@{712020:1}" });
  });
});
