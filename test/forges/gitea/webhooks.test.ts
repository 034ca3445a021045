import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import { openGitea } from "../../../demo/gitea/world.ts";
import type { Forge } from "../../../src/core/forge.ts";
import type { HookPlace } from "../../../src/core/webhooks.ts";
import { gitea } from "../../../src/forges/gitea/index.ts";
import { webhookContract } from "../../contracts/forge-webhooks.ts";
import { foretold, openWithToken } from "./api.ts";

describe.each(["gitea", "forgejo"] as const)("a server of %s", (product) => {
  const openWorld = async (root: string) => {
    const world = await openGitea({ root });
    world.gitea.state.product = product;
    return world;
  };
  webhookContract({ adapter: gitea, openWorld }, ["repository", "owner", "system"], {
    triable: ["repository"],
  });
});

const WANTED = { url: "https://bot.example.com/webhooks/gitea", secret: "a secret of this webhook" };
const REPOSITORY: HookPlace = { level: "repository", name: "octo/hello" };
const SYSTEM: HookPlace = { level: "system", name: "" };
const HOOKS = "/repos/octo/hello/hooks";

const EVENTS = [
  "push",
  "create",
  "delete",
  "issues",
  "issue_assign",
  "issue_label",
  "issue_comment",
  "pull_request",
  "pull_request_assign",
  "pull_request_label",
  "pull_request_sync",
  "pull_request_comment",
];
/** What is asked for beside them, and no fault where it is missing. */
const PLAINLY = [...EVENTS, "pull_request_review", "status"];
const EXACTLY = PLAINLY.map((event) => event.replace(/^(?:issues|pull_request)$/, "$&_only"));

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

/** A webhook as servers tell of it, which sends all that is wanted. */
const standing = (id: number, change: object = {}) => ({
  id,
  type: "gitea",
  active: true,
  events: EVENTS,
  branch_filter: "*",
  authorization_header: "",
  config: { url: WANTED.url, content_type: "json" },
  ...change,
});
const elsewhere = standing(1, { config: { url: "https://ci.example.com", content_type: "form" } });

/** What is there, and an empty page after it. */
function listed(path: string, ...hooks: object[]): void {
  const pages = hooks.length === 0 ? [[]] : [hooks, []];
  for (const [index, page] of pages.entries()) {
    api
      .get(path)
      .query({ page: String(index + 1), limit: "50" })
      .reply(200, page);
  }
}

/** A webhook as it is asked for. */
const asked = (events: readonly string[], { config = {}, ...change }: { config?: object } & object = {}) => ({
  type: "gitea",
  active: true,
  branch_filter: "*",
  events,
  ...change,
  config: { url: WANTED.url, content_type: "json", secret: WANTED.secret, ...config },
});

const ensure = (place = REPOSITORY, renew = false) => forge.webhooks.ensure(place, WANTED, { renew });

describe("a webhook of Gitea or Forgejo that is made", () => {
  it("is switched on, and asks for events by the names that mean nothing else", async () => {
    listed(HOOKS, elsewhere);
    api.post(HOOKS, asked(EXACTLY)).reply(201, standing(5));
    expect(await ensure()).toEqual({ ids: ["5"], faults: [] });
  });

  it("asks an old server, which passes over what it does not know, by the plain names", async () => {
    listed(HOOKS);
    const known = EVENTS.filter((event) => event !== "issues" && event !== "pull_request");
    api.post(HOOKS, asked(EXACTLY)).reply(201, standing(5, { events: known }));
    api.delete(`${HOOKS}/5`).reply(204);
    api.post(HOOKS, asked(PLAINLY)).reply(201, standing(6, { events: [...EVENTS, "issue_milestone"] }));
    expect(await ensure()).toEqual({ ids: ["6"], faults: [] });
  });

  it("tells what a server does not send at all", async () => {
    listed(HOOKS);
    const known = { events: EVENTS.filter((event) => event !== "issue_label") };
    api.post(HOOKS).reply(201, standing(5, known));
    expect(await ensure()).toEqual({ ids: ["5"], faults: ["lacks the event issue_label"] });
  });

  it("of an organization hangs there", async () => {
    listed("/orgs/octo%20org/hooks");
    api.post("/orgs/octo%20org/hooks", asked(EXACTLY)).reply(201, standing(5));
    expect(await ensure({ level: "owner", name: "octo org" })).toMatchObject({ ids: ["5"] });
  });

  it("of the server is said to be more than a pattern for repositories to come", async () => {
    listed("/admin/hooks");
    api
      .post("/admin/hooks", asked(EXACTLY, { config: { is_system_webhook: "true" } }))
      .reply(201, standing(5));
    listed("/admin/hooks", standing(5));
    expect(await ensure(SYSTEM)).toEqual({ ids: ["5"], faults: [] });
  });

  it("of an old server that makes only such patterns is taken down again", async () => {
    listed("/admin/hooks");
    api.post("/admin/hooks").reply(201, standing(5));
    listed("/admin/hooks");
    api.delete("/admin/hooks/5").reply(204);
    await expect(ensure(SYSTEM)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining("Make one by hand") as unknown,
    });
  });
});

describe("a webhook of Gitea or Forgejo that is there", () => {
  const inspect = (...hooks: object[]) => {
    listed(HOOKS, elsewhere, ...hooks);
    return forge.webhooks.inspect(REPOSITORY, WANTED);
  };

  it.each([
    ["is switched off", { active: false }],
    ["is of the type slack", { type: "slack" }],
    ["sends as form", { config: { url: WANTED.url, content_type: "form" } }],
    ["lacks the event delete", { events: EVENTS.filter((event) => event !== "delete") }],
    ["tells of the branches main alone", { branch_filter: "main" }],
  ])("has the fault that it %s", async (fault, change) => {
    expect(await inspect(standing(5, change))).toEqual({ ids: ["5"], faults: [fault] });
  });

  it("has no fault where a server tells less, or Forgejo made it as its own", async () => {
    const old = { branch_filter: undefined, authorization_header: undefined };
    expect(await inspect(standing(5, old))).toEqual({ ids: ["5"], faults: [] });
    expect(await inspect(standing(5, { type: "forgejo", branch_filter: "" }))).toMatchObject({ faults: [] });
  });

  it("is brought down to one, the new one first, so that nothing is missed", async () => {
    expect(await inspect(standing(5), standing(6))).toEqual({
      ids: ["5", "6"],
      faults: ["is there 2 times"],
    });
    const steps: string[] = [];
    const step = (name: string, answer: object | string) => () => {
      steps.push(name);
      return answer;
    };
    listed(HOOKS, standing(5), standing(6));
    api.post(HOOKS).reply(201, step("made", standing(7)));
    api.delete(`${HOOKS}/5`).reply(204, step("removed", ""));
    // Somebody else was faster.
    api.delete(`${HOOKS}/6`).reply(404, step("removed", { message: "not found" }));
    expect(await ensure()).toEqual({ ids: ["7"], faults: [] });
    expect(steps).toEqual(["made", "removed", "removed"]);
  });

  it("is made anew rather than mended, since no update changes a secret, and keeps what a proxy wants", async () => {
    listed(HOOKS, standing(5, { active: false, authorization_header: "Bearer of-the-proxy" }));
    const change = { authorization_header: "Bearer of-the-proxy" };
    api.post(HOOKS, asked(EXACTLY, change)).reply(201, standing(6));
    api.delete(`${HOOKS}/5`).reply(204);
    expect(await ensure()).toEqual({ ids: ["6"], faults: [] });
  });

  it("is tried by its own call, in a repository alone", async () => {
    listed(HOOKS, elsewhere, standing(5));
    api.post(`${HOOKS}/5/tests`).reply(204);
    expect(await forge.webhooks.test(REPOSITORY, WANTED)).toEqual({ kind: "sent" });
    expect(await forge.webhooks.test(SYSTEM, WANTED)).toEqual({ kind: "unsupported" });
  });
});

describe("a refusal", () => {
  it.each([
    [REPOSITORY, HOOKS, "an administrator of the repository, and the scope `write:repository`"],
    [{ level: "owner", name: "octo" }, "/orgs/octo/hooks", "the scope `write:organization`"],
    [SYSTEM, "/admin/hooks", "an administrator of the server, and the scope `write:admin`"],
  ] as const)("at %j says which right it takes", async (place, path, right) => {
    api.get(path).query(true).reply(403, { message: "webhooks disabled by administrator" });
    await expect(ensure(place)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringMatching(
        new RegExp(`webhooks disabled by administrator.*It takes .*${right}`),
      ) as unknown,
    });
  });

  it("of another kind says nothing of rights", async () => {
    listed(HOOKS);
    api.post(HOOKS).reply(422, { message: "Invalid url" });
    await expect(ensure()).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.not.stringContaining("It takes") as unknown,
    });
  });
});
