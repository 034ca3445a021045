import { beforeEach, describe, expect, it } from "@jest/globals";
import type nock from "nock";

import type { GitLabWorld } from "../../../demo/gitlab/world.ts";
import { openGitLab } from "../../../demo/gitlab/world.ts";
import type { Forge } from "../../../src/core/forge.ts";
import { gitlab } from "../../../src/forges/gitlab/index.ts";
import { webhookContract } from "../../contracts/forge-webhooks.ts";
import { foretoldBy } from "../../support/foretold.ts";
import { API, openWithToken } from "./api.ts";
import { problemsOf } from "./described.ts";

/** A world in which our account may look after all webhooks. */
async function openAsOwner(root: string): Promise<GitLabWorld> {
  const world = await openGitLab({ root });
  world.repository.roles.set(world.self.login, "admin");
  world.gitlab.state.administrators.add(world.self.login);
  return world;
}

webhookContract({ adapter: gitlab, openWorld: openAsOwner }, ["repository", "owner", "system"]);

const project = { level: "repository", name: "octo/deep/hello" } as const;
const group = { level: "owner", name: "octo/deep" } as const;
const server = { level: "system", name: "" } as const;
const wanted = { url: "https://bot.example.com/webhooks/gitlab", secret: "a secret token" };
const HOOKS = "/projects/octo%2Fdeep%2Fhello/hooks";
const SIGNING_TOKEN = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/** Where a path or a group stands in the path, the description has nothing to say. */
const isOfPath = /hooks\/\d+\/(?:events|test)|\/groups\/|signing_token is not described/;

let api: nock.Scope;
let forge: Forge;

beforeEach(async () => {
  api = foretoldBy((request) => problemsOf(request).filter((problem) => !isOfPath.test(problem)), API);
  forge = await openWithToken();
});

const hook = (change: object = {}) => ({
  id: 5,
  url: wanted.url,
  push_events: true,
  tag_push_events: true,
  issues_events: true,
  note_events: true,
  merge_requests_events: true,
  pipeline_events: true,
  confidential_issues_events: false,
  alert_status: "executable",
  disabled_until: null,
  token_present: true,
  ...change,
});
const standing = (...hooks: object[]) => api.get(`${HOOKS}?page=1&per_page=100`).reply(200, hooks);
const inspect = (secret = wanted.secret) => forge.webhooks.inspect(project, { ...wanted, secret });
const ensure = (secret = wanted.secret) =>
  forge.webhooks.ensure(project, { ...wanted, secret }, { renew: false });

describe("a webhook of GitLab", () => {
  it("tells all that is wrong with one that was made by hand, and is mended in one request", async () => {
    const wrong = hook({ issues_events: false, token_present: false, custom_webhook_template: "{}" });
    standing(wrong);
    expect((await inspect()).faults).toEqual([
      "lacks the event issues_events",
      "writes by a template of its own, which Forgehand cannot read",
      "has no secret token",
    ]);
    standing(wrong);
    const body = {
      url: wanted.url,
      token: wanted.secret,
      custom_webhook_template: "",
      push_events: true,
      tag_push_events: true,
      issues_events: true,
      note_events: true,
      merge_requests_events: true,
      pipeline_events: true,
    };
    api.put(`${HOOKS}/5`, body).reply(200, hook());
    expect(await ensure()).toEqual({ ids: ["5"], faults: [] });
  });

  it("is made without the events that only some people may see, which some servers would else tell", async () => {
    standing();
    const isClosed = (body: Record<string, unknown>) =>
      body.confidential_issues_events === false && body.confidential_note_events === false;
    api.post(HOOKS, isClosed).reply(201, hook());
    await ensure();
  });

  it("of an old server that does not tell of secrets lacks none that can be seen", async () => {
    standing(hook({ token_present: undefined, alert_status: undefined }));
    expect(await inspect()).toEqual({ ids: ["5"], faults: [] });
  });

  it("that GitLab gave up goes on by a test that is answered", async () => {
    const held = { alert_status: "temporarily_disabled", disabled_until: "2026-11-25T23:00:00.000Z" };
    standing(hook(held));
    expect((await inspect()).held).toBe("temporarily_disabled until 2026-11-25T23:00:00.000Z");
    standing(hook(held));
    api.put(`${HOOKS}/5`).reply(200, hook(held));
    api.post(`${HOOKS}/5/test/resource_access_token_events`).reply(201, { message: "201 Created" });
    api.get(`${HOOKS}/5`).reply(200, hook());
    expect(await ensure()).toEqual({ ids: ["5"], faults: [] });
  });

  it("stays held where we do not answer", async () => {
    const held = { alert_status: "disabled" };
    standing(hook(held));
    api.put(`${HOOKS}/5`).reply(200, hook(held));
    api.post(`${HOOKS}/5/test/resource_access_token_events`).reply(422, { message: "Connection refused" });
    api.get(`${HOOKS}/5`).reply(200, hook(held));
    expect(await ensure()).toMatchObject({ held: "disabled" });
  });
});

describe("the signing token of a webhook", () => {
  it("is set in the place of a secret token", async () => {
    standing(hook());
    const isSigned = (body: Record<string, unknown>) =>
      body.signing_token === SIGNING_TOKEN && body.token === "";
    api.put(`${HOOKS}/5`, isSigned).reply(200, hook({ token_present: false, signing_token_present: true }));
    expect(await ensure(SIGNING_TOKEN)).toEqual({ ids: ["5"], faults: [] });
  });

  it("makes room for a secret token", async () => {
    standing(hook({ token_present: false, signing_token_present: true }));
    const isPlain = (body: Record<string, unknown>) =>
      body.signing_token === "" && body.token === wanted.secret;
    api.put(`${HOOKS}/5`, isPlain).reply(200, hook({ signing_token_present: false }));
    expect((await ensure()).faults).toEqual([]);
  });

  it("is not there where the server is too old for it, which it does not say", async () => {
    standing();
    api.post(HOOKS).reply(201, hook({ token_present: false }));
    expect((await ensure(SIGNING_TOKEN)).faults).toEqual([
      expect.stringContaining("choose a secret token in the config"),
    ]);
  });
});

describe("a test of a webhook", () => {
  const trial = () => forge.webhooks.test(project, wanted);
  const tried = (trigger: string) => api.post(`${HOOKS}/5/test/${trigger}`);

  it("is made with what Forgehand does not read, and with something else where that is not there", async () => {
    standing(hook());
    tried("resource_access_token_events").reply(400, { error: "trigger does not have a valid value" });
    tried("job_events").reply(422, { message: "Ensure the project has CI jobs." });
    tried("releases_events").reply(201, { message: "201 Created" });
    expect(await trial()).toEqual({ kind: "answered", status: 200 });
  });

  it("cannot be made where there is nothing to tell of", async () => {
    standing(hook());
    for (const trigger of ["resource_access_token", "job", "releases", "wiki_page"]) {
      tried(`${trigger}_events`).reply(422, { message: "Testing not available for this hook" });
    }
    expect(await trial()).toEqual({ kind: "unsupported" });
  });

  it("says that nobody answered it", async () => {
    standing(hook());
    tried("resource_access_token_events").reply(422, { message: "execution expired" });
    expect(await trial()).toEqual({ kind: "answered", status: 0 });
  });

  it("can be made only five times a minute", async () => {
    standing(hook());
    tried("resource_access_token_events").reply(429, {
      message: "This endpoint has been requested too many times.",
    });
    await expect(trial()).rejects.toMatchObject({ code: "FORGE_RATE_LIMITED", retryAfter: 60_000 });
  });

  it("is ignored when it arrives", () => {
    const body = Buffer.from('{"object_kind":"access_token","event_name":"expiring_access_token"}');
    const headers = { "content-type": "application/json" };
    const event = "Resource Access Token Hook";
    expect(gitlab.normalise({ event, headers, body })).toMatchObject({ kind: "ignored" });
  });
});

describe("the history of a webhook", () => {
  const SINCE = new Date("2026-11-20T10:00:00Z");
  const event = (
    id: number,
    second: number | undefined,
    status: string,
    key?: string,
    name = "Issue Hook",
  ) => ({
    id,
    request_headers: {
      "X-Gitlab-Event": name,
      ...(key === undefined ? {} : { "Idempotency-Key": key }),
      ...(second === undefined
        ? {}
        : { "Webhook-Timestamp": String(Math.floor(SINCE.getTime() / 1_000) + second) }),
    },
    response_status: status,
  });
  const shown = (page: number, events: object[]) =>
    api.get(`${HOOKS}/5/events?page=${page}&per_page=20`).reply(200, events);
  const lost = () => forge.webhooks.lost?.(project, wanted.url, SINCE);
  const second = (count: number) => new Date(SINCE.getTime() + count * 1_000);
  const rest = (from: number) => Array.from({ length: 18 }, (_, one) => event(from - one, 20, "200", "fine"));

  it("is read back to a moment, each delivery once, without what arrived at last and what is not read", async () => {
    standing(hook());
    shown(1, [event(99, 40, "200", "mended"), event(98, 30, "internal error", "late"), ...rest(97)]);
    shown(2, [
      event(50, 12, "500", "late"),
      event(49, 11, "404", "mended"),
      event(48, 10, "503", "early"),
      event(47, 9, "500", "job", "Job Hook"),
      event(46, -5, "500", "old"),
    ]);
    expect(await lost()).toEqual([
      { attempt: "5/48", id: "early", at: second(10) },
      { attempt: "5/98", id: "late", at: second(12) },
    ]);
  });

  it("is read from servers that tell neither times nor ids", async () => {
    standing(hook());
    shown(1, [event(99, undefined, "500"), event(98, undefined, "200"), event(97, undefined, "500")]);
    expect((await lost())?.map(({ attempt, id }) => [attempt, id])).toEqual([
      ["5/97", undefined],
      ["5/99", undefined],
    ]);
  });

  it("is empty where nothing sends to us", async () => {
    standing(hook({ url: "https://elsewhere.example" }));
    expect(await lost()).toEqual([]);
  });

  it("brings a delivery again, or says that it is forgotten", async () => {
    const one = { attempt: "5/48", at: SINCE };
    const resend = () => api.post(`${HOOKS}/5/events/48/resend`);
    const recover = () => forge.webhooks.recover?.(project, wanted.url, one);
    resend().reply(201, { response_status: 200 });
    expect(await recover()).toBe("resent");
    resend().reply(404, { message: "404 Not Found" });
    expect(await recover()).toBeUndefined();
    resend().reply(429, { message: "Too many requests." });
    await expect(recover()).rejects.toMatchObject({ code: "FORGE_RATE_LIMITED" });
  });

  it("is not kept of system hooks", async () => {
    expect(await forge.webhooks.lost?.(server, wanted.url, SINCE)).toEqual([]);
    expect(await forge.webhooks.recover?.(server, wanted.url, { attempt: "5/1", at: SINCE })).toBeUndefined();
  });
});

describe("a missing right", () => {
  it.each([
    [project, HOOKS, "role Maintainer"],
    [group, "/groups/octo%2Fdeep/hooks", "role Owner, GitLab Premium"],
    [server, "/hooks", "an administrator"],
  ])("is named: %j", async (place, path, right) => {
    api.get(`${path}?page=1&per_page=100`).reply(403, { message: "403 Forbidden" });
    await expect(forge.webhooks.inspect(place, wanted)).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining(right) as unknown,
    });
  });
});
