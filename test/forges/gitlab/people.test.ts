import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { Actor } from "../../../src/core/event.ts";
import type { Forge } from "../../../src/core/forge.ts";
import { gitlab } from "../../../src/forges/gitlab/index.ts";
import { fixture } from "../../support/fixtures.ts";
import { alice, ISSUE, PULL_REQUEST, repo } from "../../support/samples.ts";
import { foretold, openWithToken } from "./api.ts";

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

const at = (minute: number) => `2026-10-01T08:${String(minute).padStart(2, "0")}:00.000Z`;
const mira = { id: 41, username: "mira" };
const note = (id: number, minute: number, change: object = {}) => ({
  id,
  body: `Note ${id}`,
  author: mira,
  system: false,
  internal: false,
  created_at: at(minute),
  updated_at: at(minute),
  ...change,
});

describe("an issue", () => {
  it("is read as it is now, with who wrote it", async () => {
    api.get("/projects/42/issues/7").reply(200, {
      iid: 7,
      title: "Fix it",
      description: null,
      state: "closed",
      labels: ["bug"],
      web_url: "https://gitlab.com/octo/hello/-/issues/7",
      author: mira,
      created_at: at(1),
      updated_at: at(2),
    });
    expect(await forge.issue(repo, 7)).toEqual({
      number: 7,
      title: "Fix it",
      body: "",
      state: "closed",
      labels: ["bug"],
      url: "https://gitlab.com/octo/hello/-/issues/7",
      author: { id: "41", login: "mira" },
    });
  });
});

describe("a conversation", () => {
  const page = (row: string, number: number, notes: object[], next?: number) =>
    api
      .get(`/projects/42/${row}/notes`)
      .query({ sort: "desc", order_by: "created_at", page: number, per_page: 100 })
      .reply(200, notes, { "x-next-page": next === undefined ? "" : String(next) });

  it("is what people said that everybody may read, oldest first", async () => {
    page("merge_requests/8", 1, [
      note(6, 6, { updated_at: at(9), author: { id: 5, username: "project_42_bot_1f" } }),
      note(5, 5, { system: true }),
      note(4, 4, { internal: true }),
      note(3, 3, { confidential: true, internal: undefined }),
      note(2, 2, { body: null, author: null }),
    ]);
    expect(await forge.conversation(repo, PULL_REQUEST, { limit: 20 })).toEqual([
      { id: "2", author: { id: "", login: "ghost" }, body: "", createdAt: new Date(at(2)) },
      {
        id: "6",
        author: { id: "5", login: "project_42_bot_1f", bot: true },
        body: "Note 6",
        createdAt: new Date(at(6)),
        editedAt: new Date(at(9)),
      },
    ]);
  });

  it("is looked through until there are enough, past what GitLab itself wrote", async () => {
    page("issues/7", 1, [note(9, 9, { system: true })], 2);
    page("issues/7", 2, [note(8, 8), note(7, 7), note(6, 6)], 3);
    const found = await forge.conversation(repo, ISSUE, { limit: 2 });
    expect(found.map(({ id }) => id)).toEqual(["7", "8"]);
  });

  it("is given up after ten pages of nothing that anybody said", async () => {
    for (let number = 1; number <= 10; number += 1) {
      page("issues/7", number, [note(number, 1, { system: true })], number + 1);
    }
    expect(await forge.conversation(repo, ISSUE, { limit: 2 })).toEqual([]);
  });
});

describe("a team", () => {
  const GROUP = "/groups/harbour%2Fkeepers";
  const member = () => api.get(`${GROUP}/members/all/1`);
  const asked = (account: Actor = alice) => forge.isMember(repo, "harbour/keepers", account);
  const alices = { id: 1, username: "alice", state: "active", access_level: 10 };

  it.each([
    ["a guest", {}, "yes"],
    ["an owner", { access_level: 50 }, "yes"],
    ["somebody with minimal access", { access_level: 5 }, "no"],
    ["somebody who is blocked", { state: "blocked" }, "no"],
    ["somebody who waits to be let in", { state: "awaiting" }, "no"],
    ["somebody else", { id: 2 }, "no"],
  ])("has %s: %j %s", async (_who, change, answer) => {
    member().reply(200, { ...alices, ...change });
    expect(await asked()).toBe(answer);
  });

  it("has no member in whom it does not know", async () => {
    member().reply(404, { message: "404 Not found" });
    api.get(GROUP).query({ with_projects: false }).reply(200, { id: 900 });
    expect(await asked()).toBe("no");
  });

  it("that is not there for us is unknown", async () => {
    member().reply(404, { message: "404 Group Not Found" });
    api.get(GROUP).query({ with_projects: false }).reply(404, { message: "404 Group Not Found" });
    expect(await asked()).toBe("unknown");
  });

  it("is unknown where the forge refuses to say", async () => {
    member().reply(403, { message: "403 Forbidden" });
    expect(await asked()).toBe("unknown");
  });

  it("is asked for whoever has the login now, where an old server named it alone", async () => {
    api
      .get("/users")
      .query({ username: "alice" })
      .reply(200, [{ id: 1, username: "alice" }]);
    member().reply(200, alices);
    expect(await asked({ id: "", login: "alice" })).toBe("yes");
  });

  it.each(["", "/keepers", "harbour//keepers", "harbour/", "two words"])(
    "is not asked for by %j",
    async (name) => {
      expect(await forge.isMember(repo, name, alice)).toBe("unknown");
    },
  );
});

describe("a request for a review", () => {
  const MERGE_REQUEST = "/projects/42/merge_requests/8";
  const reviewed = (...reviewers: object[]) => api.get(MERGE_REQUEST).reply(200, { reviewers });
  const account = (id: number, username: string) =>
    api.get("/users").query({ username }).reply(200, [{ id, username }]);

  it("keeps those who were asked before", async () => {
    reviewed(mira);
    account(58, "tomas");
    api.put(MERGE_REQUEST, { reviewer_ids: [41, 58] }).reply(200, { iid: 8 });
    expect(await forge.requestReview(repo, 8, ["tomas"])).toBe("set");
  });

  it("changes nothing where all were asked", async () => {
    reviewed(mira);
    account(41, "mira");
    expect(await forge.requestReview(repo, 8, ["mira"])).toBe("set");
  });

  it("of nobody asks nothing", async () => {
    expect(await forge.requestReview(repo, 8, [])).toBe("set");
  });

  it("says who there is not, and asks nobody", async () => {
    reviewed();
    api.get("/users").query({ username: "nobody" }).reply(200, []);
    await expect(forge.requestReview(repo, 8, ["nobody"])).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining('no account "nobody"') as unknown,
    });
  });
});

describe("required checks", () => {
  it.each([
    [true, ["pipeline"]],
    [false, []],
    [undefined, []],
  ])("with the setting %j are %j", async (only_allow_merge_if_pipeline_succeeds, names) => {
    api.get("/projects/42").reply(200, {
      path_with_namespace: "octo/hello",
      default_branch: "main",
      only_allow_merge_if_pipeline_succeeds,
    });
    expect(await forge.requiredChecks(repo, "main")).toEqual(names);
  });
});

describe("deliveries about people and checks", () => {
  const changed = (name: string, event: string, change: (body: Record<string, object>) => unknown) => {
    const { headers, body } = fixture("gitlab", name);
    const data = JSON.parse(body.toString()) as Record<string, object>;
    change(data);
    return gitlab.normalise({ event, headers, body: Buffer.from(JSON.stringify(data)) });
  };
  const mergeRequest = (name: string, change: (body: Record<string, object>) => unknown) =>
    changed(name, "Merge Request Hook", change);

  it("take nobody's review for that of a reviewer whose state somebody else changed", () => {
    const reading = mergeRequest("merge-request-changes-requested", ({ user = {} }) =>
      Object.assign(user, { id: 58, username: "tomas" }),
    );
    expect(reading.kind).toBe("ignored");
  });

  it("read an update whose reviewers they cannot read", () => {
    const reading = mergeRequest("merge-request-assigned", ({ changes = {} }) =>
      Object.assign(changes, { reviewers: "many" }),
    );
    expect(reading).toMatchObject({ events: [{ action: "unassigned" }, { action: "assigned" }, {}] });
  });

  it("count an approval once, whether it is the last one needed or not", () => {
    const ids = ["approved", "approval"].map((action) => {
      const reading = mergeRequest("merge-request-approval", ({ object_attributes: said = {} }) =>
        Object.assign(said, { action }),
      );
      return reading.kind === "event" ? reading.events : reading;
    });
    expect(ids[0]).toEqual(ids[1]);
  });

  it("tell one approval from the next by its time", () => {
    const [first, second] = ["07:30:00", "08:00:00"].map((time) =>
      mergeRequest("merge-request-approval", ({ object_attributes: said = {} }) =>
        Object.assign(said, { actioned_at: `2026-10-05 ${time} UTC` }),
      ),
    );
    expect(first).toMatchObject({ kind: "event" });
    expect(first).not.toEqual(second);
  });

  it.each(["created", "pending", "preparing", "manual", "scheduled", "skipped", "canceling", "constructor"])(
    "ignore a pipeline that is %s",
    (status) => {
      const reading = changed("pipeline-failed", "Pipeline Hook", ({ object_attributes: said = {} }) =>
        Object.assign(said, { status }),
      );
      expect(reading).toEqual({ kind: "ignored", reason: `a pipeline that is "${status}" is no end` });
    },
  );

  it("ignore a pipeline below another one", () => {
    const reading = changed("pipeline-failed", "Pipeline Hook", ({ object_attributes: said = {} }) =>
      Object.assign(said, { source: "parent_pipeline" }),
    );
    expect(reading.kind).toBe("ignored");
  });

  it("name no branch of a pipeline for a tag", () => {
    const reading = changed("pipeline", "Pipeline Hook", ({ object_attributes: said = {} }) =>
      Object.assign(said, { ref: "v1", tag: true }),
    );
    expect(reading.kind).toBe("event");
    expect(reading).not.toHaveProperty("events.0.branch");
  });

  it.each([
    ["project_7301_bot", true],
    ["project_7301_bot_8c1d", true],
    ["group_12_bot_77", true],
    ["service_account_group_345_6f", true],
    ["ghost", true],
    ["ghost1", true],
    ["robot", undefined],
    ["project_bot", undefined],
    ["ghostwriter", undefined],
  ])("tell whether %s is a program: %j", (username, bot) => {
    const reading = mergeRequest("merge-request-approval", ({ user = {} }) =>
      Object.assign(user, { username }),
    );
    expect(reading).toMatchObject({ events: [{ actor: { login: username } }] });
    expect(reading.kind === "event" && reading.events[0]?.actor.bot).toBe(bot);
  });
});
