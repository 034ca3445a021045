import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { COMMENT_MARKER } from "../../../src/core/text.ts";
import { PULL_REQUEST, repo } from "../../support/samples.ts";
import { foretold, openWithToken, page, refusal, REPO, us } from "./api.ts";

const PULL = `${REPO}/pull-requests/8`;
const COMMENTS = `${PULL}/comments`;
const body = `${COMMENT_MARKER}\nRun 7 is under way.\n`;
/** The same as Bitbucket has it. */
const text = "[//]: # (forgehand:comment)\n\nRun 7 is under way.\n";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
  us(api);
});

const upsert = (id?: string) =>
  forge.upsertComment(repo, PULL_REQUEST, { ...(id ? { id } : {}), marker: COMMENT_MARKER, body });

const comment = (change: object = {}) => ({
  id: 33,
  version: 2,
  text: text.replace("under way", "waiting"),
  author: { id: 99, name: "forgehand" },
  ...change,
});

const shown = (change: object = {}) => api.get(`${COMMENTS}/33`).reply(200, comment(change));
const activities = (values: readonly object[], start = "0", more: object = {}) =>
  api.get(`${PULL}/activities`).query({ limit: "100", start }).reply(200, page(values, more));
const commented = (change: object = {}) => ({ id: 1, action: "COMMENTED", comment: comment(change) });
const edited = (version = 2) =>
  api.put(`${COMMENTS}/33`, { text, version }).reply(200, comment({ text, version: version + 1 }));
const created = () => api.post(COMMENTS, { text }).reply(201, comment({ id: 34, text, version: 0 }));

describe("upsertComment", () => {
  it("edits the comment that it knows, on the version that is there now", async () => {
    shown({ version: 5 });
    edited(5);
    expect(await upsert("33")).toEqual({ id: "33" });
  });

  it("writes nothing where the comment says that already", async () => {
    shown({ text });
    expect(await upsert("33")).toEqual({ id: "33" });
  });

  it("reads again and tries again where somebody edited in between", async () => {
    shown();
    api.put(`${COMMENTS}/33`, { text, version: 2 }).reply(409, refusal("CommentOutOfDateException"));
    shown({ version: 3 });
    edited(3);
    expect(await upsert("33")).toEqual({ id: "33" });
  });

  it("gives up where the version never fits", async () => {
    api.get(`${COMMENTS}/33`).thrice().reply(200, comment());
    api.put(`${COMMENTS}/33`).thrice().reply(409, refusal("CommentOutOfDateException"));
    await expect(upsert("33")).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });

  it("finds our comment among all that happened, on whatever page", async () => {
    activities(
      [
        { id: 5, action: "RESCOPED" },
        { id: 4, action: "OPENED", comment: null },
      ],
      "0",
      {
        isLastPage: false,
        nextPageStart: 3,
      },
    );
    activities([commented()], "3");
    shown();
    edited();
    expect(await upsert()).toEqual({ id: "33" });
  });

  it("takes nobody else's comment for ours, and none of ours without the marker", async () => {
    activities([
      commented({ author: { name: "alice" } }),
      commented({ text: "We say something." }),
      commented({ author: null }),
      { id: 2, action: "COMMENTED" },
      { id: 3, action: "REVIEWED", comment: comment() },
    ]);
    created();
    expect(await upsert()).toEqual({ id: "34" });
  });

  it("makes a new one where the known one is gone", async () => {
    api.get(`${COMMENTS}/33`).reply(404, refusal("comment.NoSuchCommentException"));
    activities([]);
    created();
    expect(await upsert("33")).toEqual({ id: "34" });
  });

  it("makes a new one where the known one is of an account that we had before", async () => {
    shown({ author: { name: "old-bot" } });
    activities([]);
    created();
    expect(await upsert("33")).toEqual({ id: "34" });
  });
});
