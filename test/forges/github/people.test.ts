import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { github } from "../../../src/forges/github/index.ts";
import { fixture } from "../../support/fixtures.ts";
import { alice, ISSUE, PULL_REQUEST, repo } from "../../support/samples.ts";
import { foretold, openAsApp, openWithToken } from "./api.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const at = (minute: number) => `2026-10-01T08:${String(minute).padStart(2, "0")}:00Z`;
const mira = { id: 5101, login: "mira", type: "User" };
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
  const issue = {
    number: 7,
    title: "Fix it",
    body: null,
    state: "open",
    labels: [{ name: "bug" }],
    user: mira,
  };

  it("is read as it is now, with who wrote it", async () => {
    api.get(path).reply(200, issue);
    expect(await forge.issue(repo, 7)).toEqual({
      number: 7,
      title: "Fix it",
      body: "",
      state: "open",
      labels: ["bug"],
      author: { id: "5101", login: "mira" },
    });
  });

  it("is not there where the number is a pull request's", async () => {
    api.get(path).reply(200, { ...issue, pull_request: { merged_at: null } });
    await expect(forge.issue(repo, 7)).rejects.toMatchObject({ code: "FORGE_NOT_FOUND", retryable: false });
  });
});

describe("a conversation", () => {
  const counts = (comments: number) => api.get("/repos/octo/hello/issues/7").reply(200, { comments });
  const page = (number: number, comments: object[]) =>
    api
      .get("/repos/octo/hello/issues/7/comments")
      .query({ per_page: 100, page: number })
      .reply(200, comments);

  it("is asked for from the page on where the newest begin", async () => {
    counts(205);
    page(3, [said(201, 1), said(202, 2), said(203, 3), said(204, 4), said(205, 5)]);
    const found = await forge.conversation(repo, ISSUE, { limit: 3 });
    expect(found.map(({ id }) => id)).toEqual(["203", "204", "205"]);
  });

  it("takes no more than one request where nobody said anything", async () => {
    counts(0);
    expect(await forge.conversation(repo, ISSUE, { limit: 20 })).toEqual([]);
  });

  it("tells when a comment was changed, a program, and one whose author is gone", async () => {
    counts(3);
    page(1, [
      said(1, 1, { updated_at: at(9) }),
      said(2, 2, { user: { id: 9, login: "ci[bot]", type: "Bot" } }),
      said(3, 3, { user: null, body: null }),
    ]);
    expect(await forge.conversation(repo, ISSUE, { limit: 20 })).toEqual([
      {
        id: "1",
        author: { id: "5101", login: "mira" },
        body: "Comment 1",
        createdAt: new Date(at(1)),
        editedAt: new Date(at(9)),
      },
      {
        id: "2",
        author: { id: "9", login: "ci[bot]", bot: true },
        body: "Comment 2",
        createdAt: new Date(at(2)),
      },
      { id: "3", author: { id: "10137", login: "ghost" }, body: "", createdAt: new Date(at(3)) },
    ]);
  });

  it("of a pull request holds what was said on lines and with reviews, in the order of their times", async () => {
    api.get("/repos/octo/hello/issues/8").reply(200, { comments: 1 });
    api
      .get("/repos/octo/hello/issues/8/comments")
      .query({ per_page: 100, page: 1 })
      .reply(200, [said(1, 4)]);
    api
      .get("/repos/octo/hello/pulls/8/comments")
      .query({ sort: "created", direction: "desc", per_page: 100, page: 1 })
      .reply(200, [said(3, 5), said(2, 1)]);
    api
      .get("/repos/octo/hello/pulls/8/reviews")
      .query({ per_page: 100 })
      .reply(200, [
        { id: 4, body: "Not yet.", user: mira, submitted_at: at(3) },
        { id: 5, body: "", user: mira, submitted_at: at(6) },
        { id: 6, body: "A draft.", user: mira },
      ]);
    const found = await forge.conversation(repo, PULL_REQUEST, { limit: 20 });
    expect(found.map(({ id }) => id)).toEqual(["discussion_r2", "pullrequestreview-4", "1", "discussion_r3"]);
  });

  it("is not asked for where nothing of it is wanted", async () => {
    expect(await forge.conversation(repo, PULL_REQUEST, { limit: 0 })).toEqual([]);
  });
});

describe("a team", () => {
  const path = "/orgs/harbour/teams/keepers";
  const membership = (login = "alice") => api.get(`${path}/memberships/${login}`);
  const member = (account = alice) => forge.isMember(repo, "harbour/keepers", account);

  it("has a member who is active there, and whose id it is", async () => {
    membership().reply(200, { state: "active", role: "member" });
    api.get("/users/alice").reply(200, { id: Number(alice.id), login: "alice" });
    expect(await member()).toBe("yes");
  });

  it("has no member in somebody who took over the login", async () => {
    membership().reply(200, { state: "active", role: "member" });
    api.get("/users/alice").reply(200, { id: Number(alice.id) + 1, login: "alice" });
    expect(await member()).toBe("no");
  });

  it("has no member in somebody who was invited and has not answered", async () => {
    membership().reply(200, { state: "pending", role: "member" });
    expect(await member()).toBe("no");
  });

  it("has no member in whom it does not know", async () => {
    membership().reply(404, { message: "Not Found" });
    api.get(path).reply(200, { slug: "keepers" });
    expect(await member()).toBe("no");
  });

  it.each([
    ["is not there for us", () => membership().reply(404, { message: "Not Found" }), 404],
    ["is not for us to see", () => membership().reply(404, { message: "Not Found" }), 403],
  ])("that %s is unknown", async (_case, first, status) => {
    first();
    api.get(path).reply(status, { message: "No" });
    expect(await member()).toBe("unknown");
  });

  it("is unknown where the right to read members is missing", async () => {
    membership().reply(403, { message: "Resource not accessible by integration" });
    expect(await member()).toBe("unknown");
  });

  it("is not taken for unknown where the forge has trouble", async () => {
    membership().reply(500, { message: "Server Error" });
    await expect(member()).rejects.toMatchObject({ code: "FORGE_FAILING", retryable: true });
  });

  it.each(["keepers", "harbour/", "/keepers", "harbour/keepers/more", "harbour/..", "../keepers", ""])(
    "is not asked for by %j",
    async (name) => {
      expect(await forge.isMember(repo, name, alice)).toBe("unknown");
    },
  );

  it("is asked for with the App's token of the repository", async () => {
    forge = await openAsApp();
    api.get("/repos/octo/hello/installation").reply(200, { id: 5 });
    api.post("/app/installations/5/access_tokens").reply(201, {
      token: "ghs_one",
      expires_at: "2126-01-01T00:00:00Z",
      permissions: {},
    });
    api
      .get(`${path}/memberships/alice`)
      .matchHeader("authorization", "token ghs_one")
      .reply(200, { state: "pending" });
    expect(await member()).toBe("no");
  });
});

describe("a request for a review", () => {
  const path = "/repos/octo/hello/pulls/8/requested_reviewers";

  it("names people by their logins, and leaves teams alone", async () => {
    api.post(path, { reviewers: ["mira", "tomas"] }).reply(201, { number: 8 });
    expect(await forge.requestReview(repo, 8, ["mira", "tomas"])).toBe("set");
  });

  it("of nobody asks nothing", async () => {
    expect(await forge.requestReview(repo, 8, [])).toBe("set");
  });

  it("says why it was refused", async () => {
    api.post(path).reply(422, { message: "Reviews may only be requested from collaborators." });
    await expect(forge.requestReview(repo, 8, ["nobody"])).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining("only be requested from collaborators") as unknown,
    });
  });
});

describe("required checks", () => {
  const branch = (protection?: object) =>
    api
      .get("/repos/octo/hello/branches/release%2F1")
      .reply(200, { name: "release/1", ...(protection && { protection }) });
  const rules = () => api.get("/repos/octo/hello/rules/branches/release%2F1").query({ per_page: 100 });
  const asked = () => forge.requiredChecks(repo, "release/1");

  it("are those of branch protection and of rulesets, each once", async () => {
    branch({ required_status_checks: { enforcement_level: "everyone", contexts: ["build", "lint"] } });
    rules().reply(200, [
      { type: "deletion" },
      { type: "pull_request", parameters: { required_approving_review_count: 1 } },
      {
        type: "required_status_checks",
        parameters: {
          required_status_checks: [{ context: "build" }, { context: "test", integration_id: 5 }],
        },
      },
    ]);
    expect(await asked()).toEqual(["build", "lint", "test"]);
  });

  it.each([
    ["no protection", undefined],
    ["a protection without checks", { enabled: true }],
    [
      "checks that are switched off",
      { required_status_checks: { enforcement_level: "off", contexts: ["old"] } },
    ],
  ])("are none with %s", async (_case, protection) => {
    branch(protection);
    rules().reply(200, []);
    expect(await asked()).toEqual([]);
  });

  it("are those of branch protection alone on a server that has no rulesets", async () => {
    branch({ required_status_checks: { enforcement_level: "everyone", contexts: ["build"] } });
    rules().reply(404, { message: "Not Found" });
    expect(await asked()).toEqual(["build"]);
  });
});

describe("deliveries about people and checks", () => {
  const changed = (name: string, event: string, change: (body: Record<string, object>) => unknown) => {
    const { headers, body } = fixture("github", name);
    const data = JSON.parse(body.toString()) as Record<string, object>;
    change(data);
    return github.normalise({ event, headers, body: Buffer.from(JSON.stringify(data)) });
  };

  it.each([
    ["success", "success"],
    ["neutral", "success"],
    ["skipped", "success"],
    ["failure", "failure"],
    ["timed_out", "failure"],
    ["action_required", "failure"],
    ["startup_failure", "error"],
    ["stale", "error"],
    ["cancelled", "cancelled"],
  ])("take a check run that ends %s for %s", (conclusion, state) => {
    const reading = changed("check-run-failure", "check_run", ({ check_run: run = {} }) =>
      Object.assign(run, { conclusion }),
    );
    expect(reading).toMatchObject({ events: [{ check: { state } }] });
  });

  it.each(["a word of tomorrow", null, "constructor"])("ignore a check run that ends %j", (conclusion) => {
    const reading = changed("check-run-failure", "check_run", ({ check_run: run = {} }) =>
      Object.assign(run, { conclusion }),
    );
    expect(reading.kind).toBe("ignored");
  });

  it.each(["created", "rerequested", "requested_action"])("ignore a check run that is %s", (action) => {
    expect(changed("check-run-failure", "check_run", (body) => Object.assign(body, { action }))).toEqual({
      kind: "ignored",
      reason: `the action "${action}" of check_run starts nothing`,
    });
  });

  it("ignore a status that is pending", () => {
    expect(changed("status-error", "status", (body) => Object.assign(body, { state: "pending" }))).toEqual({
      kind: "ignored",
      reason: 'a status that is "pending" is no end',
    });
  });

  it("name no branch of a status where several have that head", () => {
    const reading = changed("status-error", "status", (body) => {
      const branches = body.branches as unknown as { commit: { sha: unknown } }[];
      for (const { commit } of branches) commit.sha = body.sha;
    });
    expect(reading.kind).toBe("event");
    expect(reading).not.toHaveProperty("events.0.branch");
  });

  it.each([null, ""])("ignore a review that only wraps comments on lines (%j)", (body) => {
    const reading = changed("review-commented", "pull_request_review", ({ review = {} }) =>
      Object.assign(review, { body }),
    );
    expect(reading.kind).toBe("ignored");
  });

  it.each(["edited", "dismissed"])("ignore a review that is %s", (action) => {
    const reading = changed("review-approved", "pull_request_review", (body) =>
      Object.assign(body, { action }),
    );
    expect(reading.kind).toBe("ignored");
  });

  it.each(["assigned", "unassigned"])("ignore that somebody is %s whom they do not name", (action) => {
    for (const [name, event] of [
      ["issue-assigned", "issues"],
      ["pull-request-assigned", "pull_request"],
    ] as const) {
      const reading = changed(name, event, (body) => Object.assign(body, { action, assignee: null }));
      expect(reading).toEqual({ kind: "ignored", reason: "who is to do it, or no longer, is not named" });
    }
  });
});
