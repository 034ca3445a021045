import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import { WORLDS } from "../../../demo/worlds.ts";
import type { Forge } from "../../../src/core/forge.ts";
import type { HookPlace } from "../../../src/core/webhooks.ts";
import { gogs } from "../../../src/forges/gogs/index.ts";
import { webhookContract } from "../../contracts/forge-webhooks.ts";
import { foretold, openWithToken } from "./api.ts";

webhookContract({ adapter: gogs, openWorld: (root) => WORLDS.gogs({ root }) }, ["repository"]);

const WANTED = { url: "https://bot.example.com/webhooks/gogs", secret: "a secret of this webhook" };
const PLACE: HookPlace = { level: "repository", name: "octo/hello" };
const HOOKS = "/repos/octo/hello/hooks";
const EVENTS = ["push", "create", "delete", "issues", "issue_comment", "pull_request"];

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  ({ api } = foretold());
  forge = await openWithToken();
});

/** A webhook as Gogs tells of it, which sends all that is wanted. */
const standing = (id: number, change: object = {}) => ({
  id,
  type: "gogs",
  active: true,
  events: EVENTS,
  config: { url: WANTED.url, content_type: "json" },
  ...change,
});
const listed = (...hooks: object[]) => api.get(HOOKS).reply(200, hooks);
const ensure = (renew = false) => forge.webhooks.ensure(PLACE, WANTED, { renew });

describe("a webhook of Gogs", () => {
  it("is made switched on, with all that is read and a secret", async () => {
    listed(standing(1, { config: { url: "https://ci.example.com", content_type: "json" } }));
    const config = { url: WANTED.url, content_type: "json", secret: WANTED.secret };
    api.post(HOOKS, { type: "gogs", active: true, events: EVENTS, config }).reply(201, standing(5));
    expect(await ensure()).toEqual({ ids: ["5"], faults: [] });
  });

  it.each([
    ["is switched off", { active: false }],
    ["is of the type discord", { type: "discord" }],
    ["sends as form", { config: { url: WANTED.url, content_type: "form" } }],
    ["lacks the event create", { events: EVENTS.filter((event) => event !== "create") }],
  ])("that %s is made anew, since no update changes a secret", async (fault, change) => {
    listed(standing(5, change));
    expect(await forge.webhooks.inspect(PLACE, WANTED)).toEqual({ ids: ["5"], faults: [fault] });
    listed(standing(5, change));
    api.post(HOOKS).reply(201, standing(6));
    api.delete(`${HOOKS}/5`).reply(204);
    expect(await ensure()).toEqual({ ids: ["6"], faults: [] });
  });

  it("tells how many of it there are where somebody made more", async () => {
    listed(standing(5), standing(6, { active: false }), standing(7, { active: false }));
    expect(await forge.webhooks.inspect(PLACE, WANTED)).toEqual({
      ids: ["5", "6", "7"],
      faults: ["is switched off", "is there 3 times"],
    });
  });

  it("takes an administrator of the repository, and a refusal says so", async () => {
    api.get(HOOKS).reply(403);
    await expect(ensure()).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining("It takes an administrator of the repository.") as unknown,
    });
  });
});
