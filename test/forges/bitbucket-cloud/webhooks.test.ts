import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import { WORLDS } from "../../../demo/worlds.ts";
import type { Forge } from "../../../src/core/forge.ts";
import type { HookPlace } from "../../../src/core/webhooks.ts";
import { bitbucketCloud } from "../../../src/forges/bitbucket-cloud/index.ts";
import { webhookContract } from "../../contracts/forge-webhooks.ts";
import type { OpenedForge } from "../../support/open-forge.ts";
import { openForge } from "../../support/open-forge.ts";
import { foretold, openWithToken } from "./api.ts";

const subject = {
  adapter: bitbucketCloud,
  openWorld: (root: string) => WORLDS["bitbucket-cloud"]({ root }),
};

webhookContract(subject, ["repository", "owner"]);

const wanted = { url: "https://bot.example.com/webhooks/bitbucket", secret: "a secret" };

describe("a webhook of Bitbucket Cloud", () => {
  let opened: OpenedForge;

  beforeEach(async () => {
    opened = await openForge(subject);
  });

  afterEach(async () => {
    await opened[Symbol.asyncDispose]();
  });

  const place = () => opened.world.hooks.place("repository");
  const inspect = () => opened.forge.webhooks.inspect(place(), wanted);
  const ensure = () => opened.forge.webhooks.ensure(place(), wanted, { renew: false });

  it("that was made without a secret sends what nobody can prove, and gets one", async () => {
    await ensure();
    const [hook] = opened.world.hooks.all();
    hook!.secret = "";
    expect(await inspect()).toMatchObject({ faults: ["has no secret"] });
    expect(await ensure()).toMatchObject({ faults: [] });
    expect(hook!.secret).toBe(wanted.secret);
  });

  it("asks for everything that is read, and for no issues, which Bitbucket has no more", async () => {
    await ensure();
    expect(opened.world.hooks.all()[0]!.events.toSorted()).toEqual([
      "pullrequest:approved",
      "pullrequest:changes_request_created",
      "pullrequest:comment_created",
      "pullrequest:created",
      "pullrequest:fulfilled",
      "pullrequest:push",
      "pullrequest:rejected",
      "pullrequest:updated",
      "repo:commit_status_created",
      "repo:commit_status_updated",
      "repo:push",
    ]);
  });

  it("that is there more than once is told to be, and the one with our plain address stays", async () => {
    opened.world.hooks.add(place(), `${wanted.url}/-/by-hand`);
    const plain = opened.world.hooks.add(place(), wanted.url);
    const other = opened.world.hooks.add(place(), `${wanted.url}-of-others`);
    const { ids, faults } = await inspect();
    expect(ids).toHaveLength(2);
    expect(faults).toContain("is there 2 times");
    expect(await ensure()).toMatchObject({ faults: [] });
    expect(opened.world.hooks.all()).toEqual([plain, other]);
    expect(plain.secret).toBe(wanted.secret);
    expect(other).toMatchObject({ events: ["push"], secret: "" });
  });

  it("whose address goes on behind ours stays as it is called", async () => {
    const hook = opened.world.hooks.add(place(), `${wanted.url}/-/by-hand`);
    hook.settings = { description: "Ours" };
    await ensure();
    expect(opened.world.hooks.all()).toEqual([hook]);
    expect(hook).toMatchObject({ url: `${wanted.url}/-/by-hand`, settings: { description: "Ours" } });
  });
});

const REPOSITORY: HookPlace = { level: "repository", name: "octo/hello" };
const WORKSPACE: HookPlace = { level: "owner", name: "octo" };

describe("the requests about webhooks", () => {
  let api: nock.Scope;
  let forge: Forge;

  beforeEach(async () => {
    ({ api } = foretold());
    forge = await openWithToken();
  });

  const hook = (change: object = {}) => ({
    uuid: "{1a2b}",
    url: wanted.url,
    description: "Forgehand",
    active: true,
    events: ["repo:push"],
    secret_set: true,
    ...change,
  });
  const refused = (status: number, message: string) =>
    [status, { type: "error", error: { message } }] as const;

  it.each([
    [REPOSITORY, "/repositories/octo/hello/hooks"],
    [WORKSPACE, "/workspaces/octo/hooks"],
  ])(
    "of %j are as the description has them, page by page and with the braces encoded",
    async (place, path) => {
      const list = () => api.get(path).query({ pagelen: "50" });
      const next = `https://api.bitbucket.org/2.0${path}?page=2`;
      list().reply(200, { values: [hook({ uuid: "{other}", url: "https://ci.example.com" })], next });
      api
        .get(path)
        .query({ page: "2" })
        .reply(200, { values: [hook()] });
      const written: Record<string, unknown>[] = [];
      const note = (body: Record<string, unknown>) => written.push(body) > 0;
      api.put(`${path}/%7B1a2b%7D`, note).reply(200, hook());
      list().reply(200, { values: [] });
      await forge.webhooks.ensure(place, wanted, { renew: true });
      list().reply(200, { values: [] });
      api.post(path, note).reply(201, hook());
      list().reply(200, { values: [hook()] });
      await forge.webhooks.ensure(place, wanted, { renew: false });
      for (const body of written) {
        expect(body).toMatchObject({ description: "Forgehand", active: true, ...wanted });
      }
      expect(written).toHaveLength(2);
      list().reply(200, { values: [hook(), hook({ uuid: "{3c}" })] });
      api.delete(`${path}/%7B1a2b%7D`).reply(204);
      api.delete(`${path}/%7B3c%7D`).reply(...refused(404, "Webhook not found"));
      expect(await forge.webhooks.remove(place, wanted.url)).toBe(1);
    },
  );

  it("say which scopes and which role are missing where they are refused", async () => {
    const message = "Your credentials lack one or more required privilege scopes.";
    api
      .get("/workspaces/octo/hooks")
      .query({ pagelen: "50" })
      .reply(...refused(403, message));
    await expect(forge.webhooks.inspect(WORKSPACE, wanted)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringMatching(
        /grant the scope `webhook` .*`write:webhook:bitbucket`.*administrator/,
      ) as unknown,
    });
  });

  it("say why an address is not taken, which no right would change", async () => {
    api.get("/workspaces/octo/hooks").query({ pagelen: "50" }).reply(200, { values: [] });
    const error = { message: "Bad request", fields: { url: ["Invalid URL"] } };
    api.post("/workspaces/octo/hooks").reply(400, { type: "error", error });
    const refusal = forge.webhooks.ensure(WORKSPACE, wanted, { renew: false });
    await expect(refusal).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringMatching(/Invalid URL(?!.*grant)/) as unknown,
    });
  });
});
