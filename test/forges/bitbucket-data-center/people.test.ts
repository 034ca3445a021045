import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Forge } from "../../../src/core/forge.ts";
import { COMMENT_MARKER } from "../../../src/core/text.ts";
import { foretold, openWithToken, page, refusal, REPO } from "./api.ts";
import { repo } from "../../support/samples.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const ada = { id: 5, name: "ada" };
const actor = { id: "5", login: "ada" };

describe("issue", () => {
  it("is nothing that Bitbucket Data Center has", async () => {
    expect(await forge.issue(repo, 7)).toBe("unsupported");
  });
});

describe("conversation", () => {
  const activities = `${REPO}/pull-requests/8/activities`;
  const asked = (start = "0") => api.get(activities).query({ limit: "100", start });
  const read = (limit: number) => forge.conversation(repo, { kind: "pull_request", number: 8 }, { limit });
  const said = (id: number, createdDate: number, change: object = {}) => ({
    id,
    text: `Comment ${id}`,
    author: ada,
    createdDate,
    updatedDate: createdDate,
    state: "OPEN",
    comments: [],
    ...change,
  });
  const commented = (comment: object) => ({ action: "COMMENTED", commentAction: "ADDED", comment });

  it("has answers too, and what is not sent yet has not; it tells what was edited", async () => {
    asked().reply(
      200,
      page([
        { action: "APPROVED" },
        commented(said(4, 4_000, { state: "PENDING", comments: [said(6, 6_000, { state: "PENDING" })] })),
        commented(
          said(1, 1_000, {
            text: "[//]: # (forgehand:comment)\n\nrunning",
            comments: [said(5, 5_000, { author: null, comments: [said(7, 7_000, { updatedDate: 60_000 })] })],
          }),
        ),
        { action: "OPENED" },
      ]),
    );
    expect(await read(20)).toEqual([
      { id: "1", author: actor, body: `${COMMENT_MARKER}\nrunning`, createdAt: new Date(1_000) },
      { id: "5", author: { id: "", login: "" }, body: "Comment 5", createdAt: new Date(5_000) },
      {
        id: "7",
        author: actor,
        body: "Comment 7",
        createdAt: new Date(7_000),
        editedAt: new Date(60_000),
      },
    ]);
  });

  it("has the newest words, though they answer the oldest, and one that is shown twice once", async () => {
    const more = { isLastPage: false, nextPageStart: 100 };
    asked().reply(200, page([commented(said(2, 2_000)), commented(said(3, 3_000))], more));
    const answers = [said(9, 9_000)];
    asked("100").reply(
      200,
      page([commented(said(3, 3_000)), commented(said(1, 1_000, { comments: answers }))]),
    );
    expect((await read(2)).map(({ id }) => id)).toEqual(["3", "9"]);
    expect(await read(0)).toEqual([]);
  });

  it("of a pull request without an end is read as far as its ten newest pages", async () => {
    for (let start = 0; start < 1_000; start += 100) {
      const more = { isLastPage: false, nextPageStart: start + 100 };
      asked(String(start)).reply(200, page([commented(said(start + 1, 1_000_000 - start))], more));
    }
    expect(await read(200)).toHaveLength(10);
  });
});

describe("isMember", () => {
  const asked = (group = "dev ops") =>
    api.get("/api/latest/users").query({ filter: "ada", group, limit: "100", start: "0" });
  const ask = (team = "dev ops", who = actor) => forge.isMember(repo, team, who);

  it("goes by the id, since a login may be somebody else's by now", async () => {
    asked().reply(200, page([{ id: 6, name: "ada" }, ada]));
    expect(await ask()).toBe("yes");
    asked().reply(200, page([{ id: 6, name: "ada" }]));
    expect(await ask()).toBe("no");
    asked().reply(200, page([]));
    expect(await ask()).toBe("no");
  });

  it.each([
    [401, refusal("AuthorisationException")],
    [404, refusal("NoSuchGroupException")],
  ])("is unknown where Bitbucket does not tell: %i", async (status, body) => {
    asked().reply(status, body);
    expect(await ask()).toBe("unknown");
  });

  it("asks nothing without a group, in which everybody would be, and nothing of nobody", async () => {
    expect(await ask("")).toBe("unknown");
    expect(await ask("dev ops", { id: "", login: "" })).toBe("unknown");
  });

  it("is asked again later while Bitbucket has trouble", async () => {
    asked().reply(503, "no");
    await expect(ask()).rejects.toMatchObject({ retryable: true });
  });
});

describe("requestReview", () => {
  const participants = `${REPO}/pull-requests/8/participants`;
  const asking = (name: string) => api.post(participants, { user: { name }, role: "REVIEWER" });

  it("asks one after the other, and leaves all others alone", async () => {
    asking("ada").reply(200, { user: ada, role: "REVIEWER" });
    asking("bob").reply(200, { user: { id: 6, name: "bob" }, role: "REVIEWER" });
    expect(await forge.requestReview(repo, 8, ["ada", "bob"])).toBe("set");
    expect(await forge.requestReview(repo, 8, [])).toBe("set");
  });

  it("is refused for who may not see the repository", async () => {
    asking("eve").reply(409, refusal("pull.InvalidPullRequestParticipantException", "eve may not see it"));
    await expect(forge.requestReview(repo, 8, ["eve"])).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining("eve may not see it") as unknown,
    });
  });
});

describe("requiredChecks", () => {
  const conditions = "/required-builds/latest/projects/octo/repos/hello/conditions";
  const asked = () => api.get(conditions).query({ limit: "100", start: "0" });
  const condition = (type: string, id: string, ...buildParentKeys: string[]) => ({
    buildParentKeys,
    refMatcher: { id, displayId: id, type: { id: type } },
  });

  it.each([
    ["BRANCH", "refs/heads/release/1", true],
    ["BRANCH", "refs/heads/main", false],
    ["ANY_REF", "ANY_REF_MATCHER_ID", true],
    ["PATTERN", "release/*", true],
    ["PATTERN", "release/", true],
    ["PATTERN", "release/?", true],
    ["PATTERN", "*", true],
    ["PATTERN", "refs/heads/**", true],
    ["PATTERN", "refs/**/1", true],
    ["PATTERN", "heads/*", false],
    ["PATTERN", "elease/*", false],
    ["PATTERN", "release.*", false],
    ["SOMETHING_NEW", "x", true],
  ])("by the %s %s are those of release/1: %s", async (type, id, wanted) => {
    asked().reply(
      200,
      page([condition(type, id, "LAMP-BUILD", "LAMP-TEST"), condition(type, id, "LAMP-TEST")]),
    );
    expect(await forge.requiredChecks(repo, "release/1")).toEqual(wanted ? ["LAMP-BUILD", "LAMP-TEST"] : []);
  });

  it.each([
    ["MODEL_BRANCH", "development", "main"],
    ["MODEL_BRANCH", "production", "stable"],
    ["MODEL_CATEGORY", "FEATURE", "feature/lamp"],
  ])("by the part %s %s are asked for in the branch model", async (type, id, branch) => {
    const model = {
      development: { id: "refs/heads/main" },
      production: { id: "refs/heads/stable" },
      types: [{ id: "FEATURE", prefix: "feature/" }, { id: "BUGFIX" }],
    };
    for (const [asking, expected] of [
      [branch, ["LAMP"]],
      ["other", []],
    ] as const) {
      asked().reply(200, page([condition(type, id, "LAMP")]));
      api.get("/branch-utils/latest/projects/octo/repos/hello/branchmodel").reply(200, model);
      expect(await forge.requiredChecks(repo, asking)).toEqual(expected);
    }
  });

  it("are nothing that a server before 7.14 has", async () => {
    asked().reply(404, "<h1>Not found</h1>");
    expect(await forge.requiredChecks(repo, "main")).toBe("unsupported");
  });

  it("of a repository that is gone cannot be told", async () => {
    asked().reply(404, refusal("repository.NoSuchRepositoryException"));
    await expect(forge.requiredChecks(repo, "main")).rejects.toMatchObject({ code: "FORGE_NOT_FOUND" });
  });
});
