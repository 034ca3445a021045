import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { alice, ISSUE, PULL_REQUEST, repo } from "../../support/samples.ts";
import { foretold, openWithToken } from "./api.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const label = (id: number, name: string) => ({ id, name });
const issue = (labels: object[] | null, number = 7) =>
  api.get(`/repos/octo/hello/issues/${number}`).reply(200, { number, labels });

/** A list by pages, and the empty one that ends it. */
function pages(path: string, ...lists: object[][]): void {
  for (const [index, list] of lists.entries()) {
    api
      .get(path)
      .query({ page: String(index + 1), limit: "50" })
      .reply(200, list);
  }
}

const OWN = "/repos/octo/hello/labels";
const ORGANIZATION = "/orgs/octo/labels";
const ON_IT = "/repos/octo/hello/issues/7/labels";

describe("changeLabels", () => {
  it("sets the repository's own label by its id, whatever its case, and takes one off by its id", async () => {
    issue([label(8, "coding agent"), label(9, "bug")]);
    pages(OWN, [label(8, "coding agent")], [label(10, "Coding Agent Processing")]);
    api.post(ON_IT, { labels: [10] }).reply(200, []);
    api.delete(`${ON_IT}/8`).reply(204);
    const change = { add: ["coding agent processing"], remove: ["Coding Agent", "never there"] };
    expect(await forge.changeLabels(repo, ISSUE, change)).toBe("set");
  });

  it("sets the organization's label where the repository has none of that name", async () => {
    issue(null, 8);
    pages(OWN, []);
    pages(ORGANIZATION, [label(31, "coding agent done")]);
    api.post("/repos/octo/hello/issues/8/labels", { labels: [31] }).reply(200, []);
    await forge.changeLabels(repo, PULL_REQUEST, { add: ["coding agent done"], remove: [] });
  });

  it.each([
    ["the owner is a person", 404],
    ["the token may not ask about organizations", 403],
  ])("makes a label that is not there, where %s", async (_case, code) => {
    issue([]);
    pages(OWN, []);
    api.get(ORGANIZATION).query({ page: "1", limit: "50" }).reply(code, { message: "no" });
    api.post(OWN, { name: "coding agent done", color: "#ededed" }).reply(201, label(32, "coding agent done"));
    api.post(ON_IT, { labels: [32] }).reply(200, []);
    await forge.changeLabels(repo, ISSUE, { add: ["coding agent done"], remove: [] });
  });

  it("is asked again later while the organization cannot be asked, rather than made twice", async () => {
    issue([]);
    pages(OWN, []);
    api.get(ORGANIZATION).query({ page: "1", limit: "50" }).reply(503);
    const call = forge.changeLabels(repo, ISSUE, { add: ["coding agent done"], remove: [] });
    await expect(call).rejects.toMatchObject({ retryable: true });
  });

  it("tells nobody of what is so already", async () => {
    issue([label(8, "Coding Agent")]);
    expect(await forge.changeLabels(repo, ISSUE, { add: ["coding agent"], remove: ["bug"] })).toBe("set");
  });

  it("takes a label that somebody took off at the same moment for taken off", async () => {
    issue([label(8, "coding agent")]);
    api.delete(`${ON_IT}/8`).reply(404, { message: "not found" });
    expect(await forge.changeLabels(repo, ISSUE, { add: [], remove: ["coding agent"] })).toBe("set");
  });

  it("does not read on for ever where a server does not page", async () => {
    issue([]);
    pages(OWN, [label(9, "bug")], [label(9, "bug")]);
    pages(ORGANIZATION, []);
    api.post(OWN).reply(201, label(33, "x"));
    api.post(ON_IT, { labels: [33] }).reply(200, []);
    await forge.changeLabels(repo, ISSUE, { add: ["x"], remove: [] });
  });
});

describe("whoLabelled", () => {
  const TIMELINE = "/repos/octo/hello/issues/7/timeline";
  const happened = (
    id: number,
    body: "1" | "",
    name: string | null,
    user: object | null = { id: 1, login: "alice" },
  ) => ({
    id,
    type: "label",
    body,
    user,
    label: name === null ? null : { id: 8, name },
    created_at: "2026-10-01T10:00:00+02:00",
  });
  const ask = () => forge.whoLabelled(repo, ISSUE, "coding agent");

  it("names who set it last, over all pages, without regard to case", async () => {
    issue([label(8, "Coding Agent")]);
    pages(
      TIMELINE,
      [happened(1, "1", "coding agent"), happened(2, "", "coding agent")],
      [
        { id: 3, type: "comment", body: "1", user: null, created_at: "2026-10-01T10:00:00+02:00" },
        happened(4, "1", "CODING AGENT", { id: 2, login: "bob" }),
        happened(5, "1", "bug"),
      ],
      [],
    );
    expect(await ask()).toEqual({
      kind: "set",
      actor: { id: "2", login: "bob" },
      eventId: "4",
      at: new Date("2026-10-01T08:00:00Z"),
    });
  });

  it("asks about a pull request by the one row of numbers", async () => {
    issue([label(8, "coding agent")], 8);
    pages("/repos/octo/hello/issues/8/timeline", [happened(6, "1", "coding agent")], []);
    expect(await forge.whoLabelled(repo, PULL_REQUEST, "coding agent")).toMatchObject({
      eventId: "6",
      actor: alice,
    });
  });

  it("is absent where the label is not on it now, whatever a delivery said", async () => {
    issue([label(9, "bug")]);
    expect(await ask()).toEqual({ kind: "absent" });
  });

  it.each([
    ["nothing tells of it", []],
    ["no account is named", [happened(1, "1", "coding agent", null)]],
    ["the account is gone", [happened(1, "1", "coding agent", { id: -1, login: "Ghost" })]],
    ["the server itself did it", [happened(1, "1", "coding agent", { id: -2, login: "gitea-actions" })]],
    ["it came off last", [happened(1, "1", "coding agent"), happened(2, "", "coding agent")]],
    ["another label was deleted", [happened(1, "1", null)]],
  ])("cannot tell where %s", async (_case, list: object[]) => {
    issue([label(8, "coding agent")]);
    pages(TIMELINE, list, ...(list.length === 0 ? [] : [[]]));
    expect(await ask()).toEqual({ kind: "unsupported" });
  });

  it("cannot tell on an old server, which has no timeline", async () => {
    issue([label(8, "coding agent")]);
    api.get(TIMELINE).query({ page: "1", limit: "50" }).reply(404, "404 page not found");
    expect(await ask()).toEqual({ kind: "unsupported" });
  });

  it("is asked again later while the server has trouble", async () => {
    issue([label(8, "coding agent")]);
    api.get(TIMELINE).query({ page: "1", limit: "50" }).reply(500);
    await expect(ask()).rejects.toMatchObject({ retryable: true });
  });
});
