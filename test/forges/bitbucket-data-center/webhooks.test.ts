import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { StandingHook } from "../../../demo/stand-in/hooks.ts";
import type { World } from "../../../demo/world.ts";
import { DEFAULT_BRANCH, OWNER } from "../../../demo/world.ts";
import { WORLDS } from "../../../demo/worlds.ts";
import type { Forge } from "../../../src/core/forge.ts";
import type { HookPlace } from "../../../src/core/webhooks.ts";
import { bitbucketDataCenter } from "../../../src/forges/bitbucket-data-center/index.ts";
import { webhookContract } from "../../contracts/forge-webhooks.ts";
import type { ApiStandIn } from "../../support/api-stand-in.ts";
import { apiStandIn } from "../../support/api-stand-in.ts";
import type { OpenedForge } from "../../support/open-forge.ts";
import { openForge } from "../../support/open-forge.ts";
import { foretold, openWithToken, page, refusal } from "./api.ts";

const subject = {
  adapter: bitbucketDataCenter,
  openWorld: (root: string) => WORLDS["bitbucket-data-center"]({ root }),
};

webhookContract(subject, ["repository", "owner"]);

describe("a webhook of Bitbucket Data Center", () => {
  let opened: OpenedForge;
  let world: World;
  let forge: Forge;
  let address: ApiStandIn;
  let status: number;

  beforeEach(async () => {
    status = 200;
    [opened, address] = await Promise.all([
      openForge(subject),
      apiStandIn((_request, response) => void response.writeHead(status).end()),
    ]);
    ({ world, forge } = opened);
  });

  afterEach(async () => {
    await address[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
  });

  const SINCE = new Date(Date.now() - 60_000);
  const wanted = () => ({ url: `${address.url}/webhooks/bitbucket`, secret: "a secret" });
  const place = () => world.hooks.place("repository");
  const ensure = () => forge.webhooks.ensure(place(), wanted(), { renew: false });
  const lost = (since = SINCE) => forge.webhooks.lost!(place(), wanted().url, since);
  const recover = (one: Awaited<ReturnType<typeof lost>>[number]) =>
    forge.webhooks.recover!(place(), wanted().url, one);

  async function made(): Promise<StandingHook> {
    await ensure();
    return world.hooks.all()[0]!;
  }

  async function push(hook: StandingHook) {
    const about = { repository: world.repository, actor: OWNER, branch: DEFAULT_BRANCH };
    const told = { kind: "pushed", ...about, before: "a".repeat(40), after: "b".repeat(40) } as const;
    return (await world.hooks.deliver(hook, await world.told(told)))!;
  }

  async function comment(hook: StandingHook) {
    const thread = await world.openPullRequest({ title: "Change it", branch: DEFAULT_BRANCH });
    const about = { repository: world.repository, actor: OWNER, thread };
    const comment = world.comment(thread, "/forgehand test");
    return (await world.hooks.deliver(hook, await world.told({ kind: "commented", ...about, comment })))!;
  }

  it("that failed five times is unhealthy, and gives way to a new one", async () => {
    const hook = await made();
    world.hooks.hold!(hook);
    const state = await forge.webhooks.inspect(place(), wanted());
    expect(state).toMatchObject({ ids: [String(hook.id)], faults: [] });
    expect(state.held).toMatch(/^unhealthy: the last of 5 failures was at 20.* up to ten hours$/);
    const after = await ensure();
    expect(after).toEqual({ ids: [String(world.hooks.all()[0]!.id)], faults: [] });
    expect(world.hooks.all()).toMatchObject([{ url: wanted().url, secret: "a secret" }]);
    expect(world.hooks.all()).not.toContain(hook);
  });

  it("is healthy with fewer failures, and after a success", async () => {
    const hook = await made();
    status = 500;
    for (let times = 0; times < 4; times += 1) await push(hook);
    expect((await forge.webhooks.inspect(place(), wanted())).held).toBeUndefined();
    await push(hook);
    expect((await forge.webhooks.inspect(place(), wanted())).held).toContain("unhealthy");
    status = 200;
    await push(hook);
    expect((await forge.webhooks.inspect(place(), wanted())).held).toBeUndefined();
  });

  it("may leave certificates unchecked where its administrator wants that", async () => {
    const hook = await made();
    hook.settings = { ...hook.settings, name: "By hand", sslVerificationRequired: false };
    expect(await forge.webhooks.inspect(place(), wanted())).toMatchObject({ faults: [] });
    hook.events = ["pr:opened"];
    expect(await ensure()).toMatchObject({ faults: [] });
    expect(hook.settings).toEqual({ name: "By hand", sslVerificationRequired: false });
    expect(hook.secret).toBe("a secret");
  });

  it("with variables behind our address is ours, and keeps them", async () => {
    const url = `${wanted().url}/-/\${project.key}`;
    const hook = world.hooks.add(place(), url);
    expect(await ensure()).toEqual({ ids: [String(hook.id)], faults: [] });
    expect(world.hooks.all()).toMatchObject([{ url, secret: "a secret" }]);
  });

  it("is tried by a call whose answer is told, whatever it is", async () => {
    await ensure();
    status = 404;
    const test = (url = wanted().url) => forge.webhooks.test(place(), { ...wanted(), url });
    expect(await test()).toEqual({ kind: "answered", status: 404 });
    const gone = await apiStandIn(() => undefined);
    await gone[Symbol.asyncDispose]();
    expect(await test(gone.url)).toEqual({ kind: "answered", status: 0 });
  });

  it("has lost the latest failure of each event, whether or not it was answered, oldest first", async () => {
    const hook = await made();
    status = 500;
    await push(hook);
    const second = await push(hook);
    const third = await comment(hook);
    status = 200;
    await push(hook);
    const found = await lost();
    expect(found.map(({ id }) => id)).toEqual(
      [second, third].map(({ request }) => request.headers["x-request-id"]),
    );
    expect(found.map(({ at }) => at)).toEqual([second.at, third.at]);
    await address[Symbol.asyncDispose]();
    const unanswered = await push(hook);
    expect((await lost()).map(({ id }) => id)).toContain(unanswered.request.headers["x-request-id"]);
  });

  it("brings back what it sent, byte for byte and with its signature", async () => {
    const hook = await made();
    status = 500;
    const { request: sent } = await push(hook);
    const request = await recover((await lost())[0]!);
    if (request === undefined || request === "resent") throw new Error("it was not brought");
    expect(request.headers).toMatchObject(sent.headers);
    expect(Buffer.from(request.body).toString()).toBe(sent.body);
    expect(bitbucketDataCenter.verify(request, ["a secret"], new Date())).toEqual({ state: "proven" });
  });

  it("does not bring one thing for another: a newer failure takes the place of the last", async () => {
    const hook = await made();
    status = 500;
    await push(hook);
    const [first] = await lost();
    await push(hook);
    expect(await recover(first!)).toBeUndefined();
    const [second] = await lost();
    await forge.webhooks.remove(place(), wanted().url);
    expect(await recover(second!)).toBeUndefined();
  });

  it("is asked three times where nothing is lost since then, and not for each event", async () => {
    const hook = await made();
    status = 500;
    await push(hook);
    const before = world.requests.length;
    expect(await lost(new Date(Date.now() + 60_000))).toEqual([]);
    expect(world.requests.length - before).toBe(3);
  });
});

const PROJECT: HookPlace = { level: "owner", name: "~ada" };
const REPOSITORY: HookPlace = { level: "repository", name: "octo/hello" };

describe("the requests about webhooks", () => {
  let api: nock.Scope;
  let forge: Forge;

  beforeEach(async () => {
    ({ api } = foretold());
    forge = await openWithToken();
  });

  const wanted = { url: "https://bot.example.com/webhooks/bitbucket", secret: "a secret" };
  const events = [
    "repo:refs_changed",
    "pr:modified",
    "pr:comment:added",
    "pr:reviewer:updated",
    "pr:opened",
    "pr:from_ref_updated",
    "pr:merged",
    "pr:declined",
    "pr:deleted",
    "pr:reviewer:approved",
    "pr:reviewer:needs_work",
  ];
  const hook = (change: object = {}) => ({ id: 7, url: wanted.url, active: true, events, ...change });
  const list = (path: string, start = "0") =>
    api.get(path).query({ statistics: "true", limit: "100", start });
  const now = Date.now();
  const hours = (count: number) => ({ finish: now - count * 60 * 60_000 });

  it.each([
    [REPOSITORY, "/api/latest/projects/octo/repos/hello/webhooks"],
    [PROJECT, "/api/latest/projects/~ada/webhooks"],
  ])("of %j are as the description has them", async (place, path) => {
    const others = hook({ id: 1, url: "https://ci.example.com" });
    list(path).reply(200, page([others], { isLastPage: false, nextPageStart: 9 }));
    list(path, "9").reply(200, page([]));
    const whole = { name: "Forgehand", url: wanted.url, active: true, events };
    const signing = { configuration: { secret: wanted.secret } };
    api.post(path, { ...whole, ...signing }).reply(201, hook());
    list(path).reply(200, page([hook()]));
    expect(await forge.webhooks.ensure(place, wanted, { renew: false })).toEqual({ ids: ["7"], faults: [] });

    // Older versions answer no page.
    list(path).reply(200, [hook({ name: "Ours", sslVerificationRequired: true })]);
    const byHand = { ...whole, ...signing, name: "Ours", sslVerificationRequired: true };
    api.put(`${path}/7`, byHand).reply(200, hook());
    list(path).reply(200, page([hook()]));
    await forge.webhooks.ensure(place, wanted, { renew: true });

    list(path).reply(200, page([hook()]));
    api.get(`${path}/7/latest`).query({ outcome: "FAILURE" }).reply(204);
    api.get(`${path}/7/latest`).query({ outcome: "ERROR" }).reply(204);
    expect(await forge.webhooks.lost!(place, wanted.url, new Date(0))).toEqual([]);

    list(path).reply(200, page([hook()]));
    // Without this Bitbucket takes what has no body for a forgery.
    api.delete(`${path}/7`).matchHeader("x-atlassian-token", "no-check").reply(204);
    expect(await forge.webhooks.remove(place, wanted.url)).toBe(1);
  });

  it("write a secret with a colon as user and password, which a test must carry itself", async () => {
    const path = "/api/latest/projects/~ada/webhooks";
    const basic = { ...wanted, secret: "ada:pass:word" };
    const credentials = { username: "ada", password: "pass:word" };
    list(path).reply(200, page([]));
    const isBasic = (body: object) => "credentials" in body && !("configuration" in body);
    api.post(path, isBasic).reply(201, hook());
    list(path).reply(200, page([hook()]));
    await forge.webhooks.ensure(PROJECT, basic, { renew: false });
    list(path).reply(200, page([hook({ sslVerificationRequired: false })]));
    const query = { url: wanted.url, webhookId: "7", sslVerificationRequired: "false" };
    api
      .post(`${path}/test`, credentials)
      .query(query)
      .reply(200, { response: { status: 200 } });
    expect(await forge.webhooks.test(PROJECT, basic)).toEqual({ kind: "answered", status: 200 });
    list(path).reply(200, page([hook()]));
    api
      .post(`${path}/test`)
      .matchHeader("x-atlassian-token", "no-check")
      .query({ url: wanted.url, webhookId: "7" })
      .reply(200, { request: {} });
    expect(await forge.webhooks.test(PROJECT, wanted)).toEqual({ kind: "answered", status: 0 });
  });

  it("are done where Bitbucket stumbles over telling so, and refused where it does not do them", async () => {
    const path = "/api/latest/projects/~ada/webhooks";
    const ensure = () => forge.webhooks.ensure(PROJECT, wanted, { renew: false });
    const answer = (message: string) => {
      list(path).reply(200, page([]));
      const exceptionName = "com.fasterxml.jackson.databind.JsonMappingException";
      api.post(path).reply(400, { errors: [{ context: null, message, exceptionName }] });
    };
    answer("(was java.util.ConcurrentModificationException) (through reference chain: configuration)");
    list(path).reply(200, page([hook()]));
    expect(await ensure()).toEqual({ ids: ["7"], faults: [] });
    answer("Unrecognized field");
    await expect(ensure()).rejects.toMatchObject({ code: "FORGE_REFUSED" });
  });

  it("remove what is held back only once there is another one", async () => {
    const path = "/api/latest/projects/~ada/webhooks";
    const statistics = { counts: { errors: 5, failures: 0 }, lastError: hours(1) };
    const lists = (...hooks: object[]) => list(path).reply(200, page(hooks));
    const ensure = () => forge.webhooks.ensure(PROJECT, wanted, { renew: false });
    lists(hook({ statistics }));
    api.post(path).reply(200, hook({ id: 8 }));
    lists(hook({ statistics }));
    lists(hook({ statistics }));
    expect(await ensure()).toMatchObject({ ids: ["7"], held: expect.any(String) as unknown });
    lists(hook({ statistics }));
    api.post(path).reply(200, hook({ id: 8 }));
    lists(hook({ statistics }), hook({ id: 8 }));
    api.delete(`${path}/7`).reply(204);
    lists(hook({ id: 8 }));
    expect(await ensure()).toEqual({ ids: ["8"], faults: [] });
  });

  it.each([
    [{ counts: { errors: 3, failures: 2 }, lastError: hours(9) }, true],
    [{ counts: { errors: 3, failures: 2 }, lastError: hours(9), lastSuccess: hours(8) }, false],
    [{ counts: { errors: 3, failures: 2 }, lastError: hours(9), lastSuccess: hours(9) }, false],
    [{ counts: { errors: 3, failures: 2 }, lastError: hours(11) }, false],
    [{ counts: { errors: 0, failures: 4 }, lastFailure: hours(1) }, false],
    [{ count: 143, lastFailure: hours(1) }, false],
    [null, false],
    ["nothing that we know", false],
  ])("take statistics of %j for a webhook that is held back: %j", async (statistics, isHeld) => {
    list("/api/latest/projects/~ada/webhooks").reply(200, page([hook({ statistics })]));
    const { held } = await forge.webhooks.inspect(PROJECT, wanted);
    expect(held !== undefined).toBe(isHeld);
  });

  it.each([
    ["without headers", { body: '{"eventKey":"pr:opened"}' }],
    [
      "with headers in another form",
      { body: '{"eventKey":"pr:opened"}', headers: [{ name: "X-Request-Id" }] },
    ],
  ])("read a call that is kept %s, and bring none whose body was not kept", async (_how, request) => {
    const path = "/api/latest/projects/~ada/webhooks";
    const call = { id: "c2", event: "pr:opened", start: now, request, result: { outcome: "ERROR" } };
    const latest = (query: Record<string, string>) => api.get(`${path}/7/latest`).query(query);
    list(path).reply(200, page([hook()]));
    latest({ outcome: "FAILURE" }).reply(204);
    latest({ outcome: "ERROR" }).reply(200, call);
    for (const event of events) {
      const isIt = event === "pr:opened";
      latest({ event, outcome: "ERROR" }).reply(isIt ? 200 : 204, isIt ? call : "");
    }
    const [lost] = await forge.webhooks.lost!(PROJECT, wanted.url, new Date(now));
    expect(lost).toEqual({ attempt: expect.any(String) as unknown, at: new Date(now) });
    latest({ event: "pr:opened", outcome: "ERROR" }).reply(200, call);
    expect(await forge.webhooks.recover!(PROJECT, wanted.url, lost!)).toEqual({
      headers: { "content-type": "application/json", "x-event-key": "pr:opened" },
      body: Buffer.from(request.body),
    });
    latest({ event: "pr:opened", outcome: "ERROR" }).reply(200, { ...call, request: { body: null } });
    expect(await forge.webhooks.recover!(PROJECT, wanted.url, lost!)).toBeUndefined();
  });

  it("say which permission is missing where they are refused, by 401 as everything is", async () => {
    list("/api/latest/projects/~ada/webhooks").reply(401, refusal("AuthorisationException", "Not you"));
    await expect(forge.webhooks.inspect(PROJECT, wanted)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringMatching(/Not you.*grant REPO_ADMIN .* PROJECT_ADMIN/) as unknown,
    });
  });
});
