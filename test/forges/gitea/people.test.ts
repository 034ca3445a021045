import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Actor } from "../../../src/core/event.ts";
import type { Forge } from "../../../src/core/forge.ts";
import { gitea } from "../../../src/forges/gitea/index.ts";
import { fixture } from "../../support/fixtures.ts";
import { alice, ISSUE, PULL_REQUEST, repo } from "../../support/samples.ts";
import { foretold, openWithToken } from "./api.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const at = (minute: number) => `2026-10-01T08:${String(minute).padStart(2, "0")}:00Z`;
const mira = { id: 17, login: "mira" };
const said = (id: number, minute: number, change: object = {}) => ({
  id,
  body: `Comment ${id}`,
  user: mira,
  created_at: at(minute),
  updated_at: at(minute),
  ...change,
});

describe("an issue", () => {
  const path = "/repos/octo/hello/issues/7";
  const issue = { number: 7, title: "Fix it", body: "", state: "open", labels: null, user: mira };

  it("is read as it is now, with who wrote it", async () => {
    api.get(path).reply(200, { ...issue, pull_request: null });
    const author = { id: "17", login: "mira" };
    const read = { number: 7, title: "Fix it", body: "", state: "open", labels: [], author };
    expect(await forge.issue(repo, 7)).toEqual(read);
  });

  it("is not there where the number is a pull request's", async () => {
    api.get(path).reply(200, { ...issue, pull_request: { merged: false, merged_at: null } });
    await expect(forge.issue(repo, 7)).rejects.toMatchObject({ code: "FORGE_NOT_FOUND" });
  });
});

describe("a conversation", () => {
  it("comes in one answer, of which the newest are taken", async () => {
    const comments = [said(1, 1), said(2, 2, { updated_at: at(9) }), said(3, 3, { user: null })];
    api.get("/repos/octo/hello/issues/7/comments").reply(200, comments);
    expect(await forge.conversation(repo, ISSUE, { limit: 2 })).toEqual([
      {
        id: "2",
        author: { id: "17", login: "mira" },
        body: "Comment 2",
        createdAt: new Date(at(2)),
        editedAt: new Date(at(9)),
      },
      { id: "3", author: { id: "-1", login: "Ghost" }, body: "Comment 3", createdAt: new Date(at(3)) },
    ]);
  });

  it("of a pull request holds what was said with reviews and on lines", async () => {
    const reviews = "/repos/octo/hello/pulls/8/reviews";
    api.get("/repos/octo/hello/issues/8/comments").reply(200, [said(1, 5)]);
    const page = (number: number, shown: object[]) =>
      api
        .get(reviews)
        .query({ page: String(number), limit: "50" })
        .reply(200, shown);
    const review = (id: number, minute: number, change: object) => ({
      id,
      state: "COMMENT",
      body: "",
      user: mira,
      comments_count: 0,
      submitted_at: at(minute),
      ...change,
    });
    page(1, [
      review(20, 1, { state: "REQUEST_CHANGES", body: "Not yet.", comments_count: 1 }),
      review(21, 2, { state: "REQUEST_REVIEW", body: "asked" }),
      review(22, 3, { state: "PENDING", body: "A draft.", comments_count: 4 }),
      review(23, 4, { state: "APPROVED" }),
    ]);
    page(2, []);
    api.get(`${reviews}/20/comments`).reply(200, [said(2, 2)]);
    const found = await forge.conversation(repo, PULL_REQUEST, { limit: 20 });
    expect(found.map(({ id }) => id)).toEqual(["review 20", "2", "1"]);
  });
});

describe("a team", () => {
  const search = (...names: string[]) =>
    api
      .get("/orgs/harbour/teams/search")
      .query({ q: "keepers", limit: "50" })
      .reply(200, { ok: true, data: names.map((name, index) => ({ id: 30 + index, name })) });
  const asked = (account: Actor = alice) => forge.isMember(repo, "harbour/keepers", account);

  it("is the one of that very name, and has a member of that very id", async () => {
    search("old keepers", "Keepers");
    api.get("/teams/31/members/alice").reply(200, { id: 1, login: "alice" });
    expect(await asked()).toBe("yes");
  });

  it("has no member in somebody who took over the login", async () => {
    search("keepers");
    api.get("/teams/30/members/alice").reply(200, { id: 2, login: "alice" });
    expect(await asked()).toBe("no");
  });

  it("has no member in whom it does not know", async () => {
    search("keepers");
    api.get("/teams/30/members/alice").reply(404, { message: "The target couldn't be found." });
    expect(await asked()).toBe("no");
  });

  it("of another name alone is unknown", async () => {
    search("old keepers");
    expect(await asked()).toBe("unknown");
  });

  it.each([403, 404])("of an organization that answers %d is unknown", async (status) => {
    api.get("/orgs/harbour/teams/search").query(true).reply(status, { message: "No" });
    expect(await asked()).toBe("unknown");
  });

  it.each(["", "keepers", "harbour/", "a/b/c", "harbour/two words"])(
    "is not asked for by %j",
    async (name) => {
      expect(await forge.isMember(repo, name, alice)).toBe("unknown");
    },
  );
});

describe("a request for a review", () => {
  const path = "/repos/octo/hello/pulls/8/requested_reviewers";

  it("names people by their logins", async () => {
    api.post(path, { reviewers: ["mira"] }).reply(201, []);
    expect(await forge.requestReview(repo, 8, ["mira"])).toBe("set");
  });

  it("of nobody asks nothing", async () => {
    expect(await forge.requestReview(repo, 8, [])).toBe("set");
  });

  it("says why it was refused", async () => {
    api.post(path).reply(422, { message: "poster of pr can't be reviewer" });
    await expect(forge.requestReview(repo, 8, ["mira"])).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining("poster of pr") as unknown,
    });
  });
});

describe("required checks", () => {
  it.each([
    ["those of the protection", { enable_status_check: true, status_check_contexts: ["build"] }, ["build"]],
    ["none where it names none", { enable_status_check: true, status_check_contexts: null }, []],
    ["none where they are switched off", { enable_status_check: false, status_check_contexts: ["old"] }, []],
    ["none without a protection", {}, []],
  ])("are %s", async (_case, protection, names) => {
    api.get("/repos/octo/hello/branches/release/1").reply(200, { name: "release/1", ...protection });
    expect(await forge.requiredChecks(repo, "release/1")).toEqual(names);
  });
});

describe("deliveries about people and checks", () => {
  const changed = (name: string, event: string, change: (body: Record<string, object>) => unknown) => {
    const { headers, body } = fixture("gitea", name);
    const data = JSON.parse(body.toString()) as Record<string, object>;
    change(data);
    return gitea.normalise({ event, headers, body: Buffer.from(JSON.stringify(data)) });
  };

  it("ignore that something was assigned to whom they do not name", () => {
    const issue = changed("issue-assigned", "issues", ({ issue: said = {} }) =>
      Object.assign(said, { assignees: null }),
    );
    const pull = changed("pull-request-assigned", "pull_request", ({ pull_request: said = {} }) =>
      Object.assign(said, { assignees: [] }),
    );
    for (const reading of [issue, pull]) {
      expect(reading).toEqual({ kind: "ignored", reason: "who is to do it is not named" });
    }
  });

  it.each([
    ["pull_request_approved", "approved"],
    ["pull_request_review_approved", "approved"],
    ["pull_request_review_rejected", "changes_requested"],
    ["pull_request_comment", "commented"],
  ])("take a review of the type %s for %s", (type, state) => {
    const reading = changed("review-approved", "pull_request_approved", ({ review = {} }) =>
      Object.assign(review, { type }),
    );
    expect(reading).toMatchObject({ events: [{ review: { state } }] });
  });

  it("ignore a review of a type that is new", () => {
    const reading = changed("review-approved", "pull_request_approved", ({ review = {} }) =>
      Object.assign(review, { type: "pull_request_review_constructor" }),
    );
    expect(reading.kind).toBe("ignored");
  });

  it.each([
    ["success", "success"],
    ["skipped", "success"],
    ["failure", "failure"],
    ["warning", "failure"],
    ["error", "error"],
  ])("take a status that is %s for %s", (state, ended) => {
    const reading = changed("status", "status", (body) => Object.assign(body, { state }));
    expect(reading).toMatchObject({ events: [{ check: { state: ended } }] });
  });
});
