import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { GitHubWorld } from "../../../demo/github/world.ts";
import { openGitHub } from "../../../demo/github/world.ts";
import type { Forge } from "../../../src/core/forge.ts";
import { github } from "../../../src/forges/github/index.ts";
import { webhookContract } from "../../contracts/forge-webhooks.ts";
import type { OpenedForge } from "../../support/open-forge.ts";
import { openForge } from "../../support/open-forge.ts";
import { API, foretold, openAsApp, openWithToken } from "./api.ts";

const wanted = { url: "http://127.0.0.1:9/webhooks/github", secret: "a secret" };
const repository = { level: "repository", name: "octo/hello" } as const;
const organization = { level: "owner", name: "octo" } as const;
const app = { level: "system", name: "" } as const;

describe("by the token of an admin", () => {
  webhookContract(
    {
      adapter: github,
      openWorld: async (root) => {
        const world = await openGitHub({ root, as: "token" });
        world.repository.roles.set(world.self.login, "admin");
        return world;
      },
    },
    ["repository", "owner"],
  );
});

describe("by an App that may look after those of repositories", () => {
  webhookContract(
    {
      adapter: github,
      openWorld: (root) => openGitHub({ root, grants: { repository_hooks: "write" } }),
    },
    ["repository", "system"],
    { registered: ["system"] },
  );
});

describe("a webhook of a repository", () => {
  let world: GitHubWorld;
  let opened: OpenedForge;

  beforeEach(async () => {
    opened = await openForge({
      adapter: github,
      openWorld: async (root) => {
        world = await openGitHub({ root, as: "token" });
        world.repository.roles.set(world.self.login, "admin");
        return world;
      },
    });
  });

  afterEach(async () => {
    await opened[Symbol.asyncDispose]();
  });

  const place = () => world.hooks.place("repository");
  const byHand = (change: object) => Object.assign(world.hooks.add(place(), wanted.url), change);
  const inspect = () => opened.forge.webhooks.inspect(place(), wanted);
  const ensure = () => opened.forge.webhooks.ensure(place(), wanted, { renew: false });

  it("tells all that is wrong with one that was made by hand, and is mended in one request", async () => {
    const hook = byHand({ active: false, events: ["push", "issues", "star"] });
    expect((await inspect()).faults).toEqual([
      "is switched off",
      "sends as form",
      "has no secret",
      "lacks the event issue_comment",
      "lacks the event pull_request",
      "lacks the event pull_request_review",
      "lacks the event pull_request_review_comment",
      "lacks the event create",
      "lacks the event delete",
      "lacks the event check_run",
      "lacks the event status",
    ]);
    const before = world.requests.length;
    expect(await ensure()).toEqual({ ids: [String(hook.id)], faults: [] });
    expect(world.requests.slice(before).map(({ method }) => method)).toEqual(["GET", "PATCH"]);
    expect(hook).toMatchObject({ secret: wanted.secret, settings: { content_type: "json" } });
    // What else somebody wants to hear of by it stays.
    expect(hook.events).toContain("star");
  });

  it("that tells of everything lacks nothing", async () => {
    byHand({ events: ["*"], secret: "another", settings: { content_type: "json" } });
    expect((await inspect()).faults).toEqual([]);
  });

  it("goes on not to check certificates where its owner wants that", async () => {
    const hook = byHand({ settings: { insecure_ssl: "1" } });
    await ensure();
    expect(hook.settings).toMatchObject({ insecure_ssl: "1", content_type: "json" });
  });

  it("is brought down to one, though the others have other events", async () => {
    const [first, second] = [byHand({ events: ["push"] }), byHand({ events: ["issues"] })];
    expect(await inspect()).toMatchObject({
      ids: [String(first.id), String(second.id)],
      faults: expect.arrayContaining(["is there 2 times"]) as unknown,
    });
    expect(await ensure()).toEqual({ ids: [String(first.id)], faults: [] });
    expect(world.hooks.all()).toEqual([first]);
  });
});

describe("the webhook of an App", () => {
  let world: GitHubWorld;
  let opened: OpenedForge;
  let forge: Forge;

  beforeEach(async () => {
    const openWorld = async (root: string) => (world = await openGitHub({ root }));
    opened = await openForge({ adapter: github, openWorld });
    ({ forge } = opened);
    await forge.webhooks.ensure(app, wanted, { renew: false });
  });

  afterEach(async () => {
    await opened[Symbol.asyncDispose]();
  });

  const hook = () => world.hooks.all()[0]!;

  it("lacks events that only a person can add", async () => {
    hook().events = hook().events.slice(1);
    const faults = ["lacks the event issues, which only a person can add, on the page of the GitHub App"];
    expect(await forge.webhooks.inspect(app, wanted)).toMatchObject({ faults });
    expect(await forge.webhooks.ensure(app, wanted, { renew: true })).toMatchObject({ faults });
  });

  it("goes to another address when it is told to, and there is never a second one", async () => {
    const other = { ...wanted, url: "http://127.0.0.1:9/webhooks/other" };
    expect((await forge.webhooks.ensure(app, other, { renew: false })).ids).toEqual(["forgehand"]);
    expect(await forge.webhooks.inspect(app, wanted)).toEqual({ ids: [], faults: [] });
    expect(world.hooks.all()).toHaveLength(1);
    expect(await forge.webhooks.remove(app, wanted.url)).toBe(0);
  });

  it("can be neither removed nor tried by a program", async () => {
    await expect(forge.webhooks.remove(app, wanted.url)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining("on the page of the GitHub App") as unknown,
    });
    expect(await forge.webhooks.test(app, wanted)).toEqual({ kind: "unsupported" });
  });

  it("shows what did not arrive, and is asked for it once more", async () => {
    const thread = world.openIssue({ title: "Fix it", body: "" });
    const { repository: there } = world;
    const told = await world.told({ kind: "opened", repository: there, actor: thread.author, thread });
    await world.hooks.deliver(hook(), told);
    const since = new Date(Date.now() - 60_000);
    const [lost, ...others] = (await forge.webhooks.lost?.(app, wanted.url, since)) ?? [];
    expect(others).toEqual([]);
    expect(lost?.id).toBe(hook().attempts[0]?.request.headers["x-github-delivery"]);
    expect(await forge.webhooks.recover?.(app, wanted.url, lost!)).toBe("resent");
    expect(hook().attempts.map(({ repeats }) => repeats)).toEqual([undefined, hook().attempts[0]?.id]);
  });
});

describe("the history of a webhook", () => {
  let api: nock.Scope;
  let forge: Forge;

  beforeEach(async () => {
    ({ api } = foretold());
    forge = await openWithToken();
  });

  const HOOKS = "/repos/octo/hello/hooks";
  const hook = { id: 5, active: true, events: ["*"], config: { url: wanted.url } };
  const delivery = (id: number, guid: string, status: number, change: object = {}) => ({
    id,
    guid,
    delivered_at: `2026-11-20T10:00:${String(id % 60).padStart(2, "0")}Z`,
    status_code: status,
    event: "issues",
    ...change,
  });
  const lost = (since: string) => forge.webhooks.lost?.(repository, wanted.url, new Date(since));
  const recover = () => {
    const one = { attempt: "5/77", at: new Date() };
    return forge.webhooks.recover?.(repository, wanted.url, one);
  };
  const attempts = () => api.post(`${HOOKS}/5/deliveries/77/attempts`);

  it("is read back to a moment, each GUID once, without what arrived at last and without pings", async () => {
    api.get(`${HOOKS}?per_page=100`).reply(200, [hook]);
    const link = `<${API}${HOOKS}/5/deliveries?per_page=100&cursor=v1_6>; rel="next"`;
    api
      .get(`${HOOKS}/5/deliveries?per_page=100`)
      .reply(
        200,
        [delivery(59, "mended", 200), delivery(58, "late", 0), delivery(57, "p", 500, { event: "ping" })],
        { link },
      );
    api
      .get(`${HOOKS}/5/deliveries?per_page=100&cursor=v1_6`)
      .reply(
        200,
        [
          delivery(50, "late", 503),
          delivery(49, "mended", 500),
          delivery(48, "early", 404),
          delivery(9, "x", 500),
        ],
        { link },
      );
    expect(await lost("2026-11-20T10:00:30Z")).toEqual([
      { attempt: "5/48", id: "early", at: new Date("2026-11-20T10:00:48Z") },
      { attempt: "5/58", id: "late", at: new Date("2026-11-20T10:00:50Z") },
    ]);
  });

  it("is empty where nothing sends to us", async () => {
    api.get(`${HOOKS}?per_page=100`).reply(200, [{ ...hook, config: { url: "https://elsewhere.example" } }]);
    expect(await lost("2026-11-20T10:00:30Z")).toEqual([]);
  });

  it("brings a delivery again, or says that it is forgotten", async () => {
    attempts().reply(202, {});
    expect(await recover()).toBe("resent");
    for (const status of [404, 422]) {
      attempts().reply(status, { message: "No." });
      expect(await recover()).toBeUndefined();
    }
    attempts().reply(403, { message: "Resource not accessible by personal access token" });
    await expect(recover()).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });
});

describe("a missing right", () => {
  const refused = { message: "Resource not accessible" };
  const naming = (code: string, right: string) => ({
    code,
    message: expect.stringContaining(right) as unknown,
  });

  it.each([
    ["a repository", repository, "/repos/octo/hello/hooks", "`Webhooks: write`"],
    ["an organization", organization, "/orgs/octo/hooks", "`admin:org_hook`"],
  ] as const)(
    "for webhooks of %s is named, also where GitHub denies them",
    async (_of, place, path, right) => {
      const { api } = foretold();
      const forge = await openWithToken();
      for (const [status, code] of [
        [403, "FORGE_REFUSED"],
        [404, "FORGE_NOT_FOUND"],
      ] as const) {
        api.get(`${path}?per_page=100`).reply(status, refused);
        await expect(forge.webhooks.inspect(place, wanted)).rejects.toMatchObject(naming(code, right));
      }
    },
  );

  it("is not what is wrong with an address that GitHub does not take", async () => {
    const { api } = foretold();
    const forge = await openWithToken();
    api.get("/repos/octo/hello/hooks?per_page=100").reply(200, []);
    api.post("/repos/octo/hello/hooks").reply(422, { message: "url is not supported" });
    const made = forge.webhooks.ensure(repository, wanted, { renew: false });
    await expect(made).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.not.stringContaining("Webhooks: write") as unknown,
    });
  });

  it("of an App for webhooks of repositories is named", async () => {
    const { api } = foretold();
    const forge = await openAsApp();
    api.get("/repos/octo/hello/installation").reply(200, { id: 5 });
    const token = { token: "ghs_one", expires_at: "2126-01-01T00:00:00Z", permissions: {} };
    api.post("/app/installations/5/access_tokens").reply(201, token);
    api.get("/repos/octo/hello/hooks?per_page=100").reply(403, refused);
    await expect(forge.webhooks.inspect(repository, wanted)).rejects.toMatchObject(
      naming("FORGE_REFUSED", "`repository_hooks: write`"),
    );
  });

  it("is none where GitHub has no webhooks of a level for such credentials", async () => {
    const forge = await openWithToken();
    await expect(forge.webhooks.inspect(app, wanted)).rejects.toMatchObject(
      naming("FORGE_REFUSED", "repository, organization"),
    );
  });
});
