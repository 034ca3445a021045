import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { guidOf } from "../../../demo/azure-devops/state.ts";
import type { AzureWorld } from "../../../demo/azure-devops/world.ts";
import { openAzureDevOps } from "../../../demo/azure-devops/world.ts";
import type { StandingHook } from "../../../demo/stand-in/hooks.ts";
import { OWNER } from "../../../demo/world.ts";
import type { Forge } from "../../../src/core/forge.ts";
import type { Level } from "../../../src/core/webhooks.ts";
import { azureDevOps } from "../../../src/forges/azure-devops/index.ts";
import { webhookContract } from "../../contracts/forge-webhooks.ts";
import type { ForgeSubject, OpenedForge } from "../../support/open-forge.ts";
import { openForge } from "../../support/open-forge.ts";
import { foretold, openWithToken, V } from "./api.ts";

const SUBJECT: ForgeSubject = {
  adapter: azureDevOps,
  openWorld: (root) => openAzureDevOps({ root }),
};

webhookContract(SUBJECT, ["repository", "owner"]);

/** Nobody listens there. */
const ADDRESS = "http://127.0.0.1:9/webhooks/azure-devops";
const WANTED = { url: ADDRESS, secret: "0123456789abcdef" };
const EVENTS = [
  "git.push 1.0",
  "git.pullrequest.created 1.0",
  "git.pullrequest.updated 1.0 PushNotification",
  "git.pullrequest.updated 1.0 StatusUpdateNotification",
  "git.pullrequest.updated 1.0 ReviewerVoteNotification",
  "ms.vss-code.git-pullrequest-comment-event 2.0",
  "workitem.created 1.0",
  "workitem.updated 1.0",
  "workitem.commented 1.0",
  "build.complete 2.0",
];

describe("the subscriptions of a webhook", () => {
  let opened: OpenedForge;
  let world: AzureWorld;
  let forge: Forge;

  beforeEach(async () => {
    opened = await openForge(SUBJECT);
    ({ forge } = opened);
    world = opened.world as AzureWorld;
  });

  afterEach(async () => opened[Symbol.asyncDispose]());

  type Inputs = Record<string, string>;
  const place = (level: Level = "repository") => world.hooks.place(level);
  const ensure = (level?: Level, wanted = WANTED, renew = false) =>
    forge.webhooks.ensure(place(level), wanted, { renew });
  const inspect = (level?: Level, wanted = WANTED) => forge.webhooks.inspect(place(level), wanted);
  const hooks = () => world.hooks.all();
  const inputs = ({ settings }: StandingHook) => settings.publisherInputs as Inputs;
  const chosen = ({ settings }: StandingHook) => settings.consumerInputs as Inputs;
  const of = (event: string) => {
    const hook = hooks().find(({ events }) => events.includes(event));
    if (hook === undefined) throw new Error(`there is no subscription of ${event}`);
    return hook;
  };
  const change = (hook: StandingHook, kind: "publisherInputs" | "consumerInputs", more: Inputs) => {
    hook.settings = { ...hook.settings, [kind]: { ...(hook.settings[kind] as Inputs), ...more } };
  };

  it("are ten, each of one event in a version of its own", async () => {
    const { ids } = await ensure();
    expect(ids).toEqual(hooks().map(({ id }) => guidOf(id)));
    expect(
      hooks().map((hook) =>
        [...hook.events, hook.settings.resourceVersion, inputs(hook).notificationType].join(" ").trim(),
      ),
    ).toEqual(EVENTS);
  });

  it("of a repository are filtered by it, and those of work items and builds name it in a header", async () => {
    await ensure();
    const ofProject = hooks().filter(({ events: [event = ""] }) => /^(?:workitem|build)\./.test(event));
    expect(ofProject.map((hook) => chosen(hook).httpHeaders)).toEqual(
      Array<string>(4).fill("X-Forgehand-Repository:hello-world"),
    );
    const others = hooks().filter((hook) => !ofProject.includes(hook));
    expect(others.map((hook) => inputs(hook).repository)).toEqual(
      Array<string>(6).fill(guidOf(world.repository.id)),
    );
  });

  it("of votes bring the sentence that tells who voted, and are mended where they do not", async () => {
    await ensure();
    const sentences = hooks().map((hook) => [
      inputs(hook).notificationType ?? "",
      chosen(hook).messagesToSend,
    ]);
    expect(sentences.filter(([, sent]) => sent !== "none")).toEqual([["ReviewerVoteNotification", "text"]]);
    const votes = hooks().find((hook) => inputs(hook).notificationType === "ReviewerVoteNotification")!;
    for (const [sent, faults] of [
      ["all", []],
      ["", []],
      [
        "none",
        [
          "leaves out the text that tells what the event git.pullrequest.updated (ReviewerVoteNotification) is about",
        ],
      ],
    ] as const) {
      change(votes, "consumerInputs", { messagesToSend: sent });
      expect((await inspect()).faults).toEqual(faults);
    }
    expect(await ensure()).toMatchObject({ faults: [] });
    expect(chosen(votes).messagesToSend).toBe("text");
  });

  it("of a project and of one of its repositories are each for themselves", async () => {
    const ofRepository = await ensure();
    const ofProject = await ensure("owner");
    expect(hooks()).toHaveLength(20);
    expect(await inspect()).toEqual(ofRepository);
    expect(await forge.webhooks.remove(place("owner"), ADDRESS)).toBe(10);
    expect(await inspect("owner")).toEqual({ ids: [], faults: [] });
    expect(await inspect()).toEqual(ofRepository);
    expect(ofProject.ids).not.toContain(ofRepository.ids[0]);
  });

  it("take a secret with a colon for user and password, and any other with a user of ours", async () => {
    await ensure();
    expect(new Set(hooks().map(({ secret }) => secret))).toEqual(new Set(["forgehand:0123456789abcdef"]));
    const pair = { ...WANTED, secret: "harbour:master:key" };
    expect((await inspect(undefined, pair)).faults).toContain("has another user name for the event git.push");
    await ensure(undefined, pair);
    expect(new Set(hooks().map(({ secret }) => secret))).toEqual(new Set(["harbour:master:key"]));
  });

  it.each([
    ["a blank", "a password"],
    ["nothing", ""],
    ["257 characters", "p".repeat(257)],
    ["a blank in the user name", "a user:password"],
  ])("are not even tried with a secret of %s, which Azure DevOps would refuse", async (_case, secret) => {
    await expect(ensure(undefined, { url: ADDRESS, secret })).rejects.toMatchObject({
      code: "FORGE_REFUSED",
      message: expect.stringContaining("choose another `webhookSecret`") as unknown,
    });
    expect(hooks()).toEqual([]);
  });

  it("that lack an event, are off, filtered or of another version are mended one by one, with their password", async () => {
    await ensure();
    world.azure.state.hooks.splice(hooks().indexOf(of("workitem.created")), 1);
    of("git.push").active = false;
    change(of("git.push"), "publisherInputs", { branch: "main" });
    of("git.pullrequest.created").settings = {
      ...of("git.pullrequest.created").settings,
      resourceVersion: "2.0",
    };
    change(of("workitem.updated"), "consumerInputs", { resourceDetailsToSend: "minimal" });
    of("workitem.commented").secret = "forgehand:";
    expect((await inspect()).faults).toEqual([
      "lacks the event workitem.created",
      "is switched off for the event git.push",
      "hears of the event git.push by a filter only: branch",
      "sends version 2.0 of the event git.pullrequest.created instead of 1.0",
      "sends minimal details of the event workitem.updated",
      "has no password for the event workitem.commented",
    ]);
    const before = world.requests.length;
    expect((await ensure()).faults).toEqual([]);
    const written = world.requests.slice(before).filter(({ path }) => !path.endsWith("query"));
    expect(written.map(({ method }) => method).filter((method) => method !== "GET")).toEqual([
      "POST",
      "PUT",
      "PUT",
      "PUT",
      "PUT",
    ]);
    expect(new Set(hooks().map(({ secret }) => secret))).toEqual(new Set(["forgehand:0123456789abcdef"]));
    expect(inputs(of("git.push"))).not.toHaveProperty("branch");
  });

  it("keep what their owner chose beside what we need", async () => {
    await ensure();
    const hook = of("workitem.updated");
    change(hook, "publisherInputs", { areaPath: "Welcome Desk\\North", workItemType: "Bug", tag: "x" });
    change(hook, "consumerInputs", {
      acceptUntrustedCerts: "true",
      httpHeaders: "x-proxy:yes\nx-forgehand-repository: Hello-World",
    });
    await ensure();
    expect(inputs(hook)).toMatchObject({ areaPath: "Welcome Desk\\North", workItemType: "Bug" });
    expect(inputs(hook)).not.toHaveProperty("tag");
    expect(chosen(hook)).toMatchObject({
      acceptUntrustedCerts: "true",
      httpHeaders: "x-proxy:yes\nX-Forgehand-Repository:hello-world",
    });
  });

  it("that are there twice or tell of what nobody reads are removed, but for work items that are divided", async () => {
    await ensure();
    const state = world.azure.state;
    const copy = (hook: StandingHook, id: number, more: Partial<StandingHook> = {}) => {
      state.hooks.push({ ...hook, id, attempts: [], ...more });
      return state.hooks.at(-1)!;
    };
    copy(of("git.push"), 9_001, { url: `${ADDRESS}/-/push` });
    copy(of("git.push"), 9_002, { events: ["git.repo.created"] });
    const all = copy(of("git.pullrequest.updated"), 9_003);
    change(all, "publisherInputs", { notificationType: "" });
    const divided = copy(of("workitem.updated"), 9_004);
    change(divided, "publisherInputs", { areaPath: "Welcome Desk\\North" });
    expect((await inspect()).faults).toEqual([
      "has a subscription too many, of the event git.push",
      "has a subscription too many, of the event git.repo.created",
      "has a subscription too many, of the event git.pullrequest.updated",
    ]);
    expect(await ensure()).toMatchObject({ faults: [] });
    expect(hooks()).toHaveLength(11);
    expect(hooks()).toContain(divided);
  });

  it.each(["onProbation", "disabledBySystem", "disabledByInactiveIdentity"])(
    "that are %s are told by event, and enabled again with their password",
    async (held) => {
      await ensure();
      of("workitem.created").held = held;
      expect(await inspect()).toMatchObject({ faults: [], held: `${held}: workitem.created` });
      expect(await ensure()).not.toHaveProperty("held");
      expect(of("workitem.created")).toMatchObject({ active: true, secret: "forgehand:0123456789abcdef" });
      expect(of("workitem.created").held).toBeUndefined();
    },
  );

  it("cannot be tried where there are none", async () => {
    expect(await forge.webhooks.test(place(), WANTED)).toEqual({ kind: "unsupported" });
    expect(world.requests.filter(({ path }) => path.endsWith("/testnotifications"))).toEqual([]);
  });

  it.each<[Level, string]>([
    ["repository", "Welcome Desk/hello-world"],
    ["owner", "Welcome Desk/Welcome Desk"],
  ])("of the level %s bring back what was lost, for the repository %s", async (level, fullName) => {
    await ensure(level);
    const thread = world.openIssue({ title: "Fix it", body: "" });
    const told = await world.told({ kind: "opened", repository: world.repository, actor: OWNER, thread });
    for (const hook of hooks()) await world.hooks.deliver(hook, told);
    const lost = (await forge.webhooks.lost?.(place(level), ADDRESS, new Date(0))) ?? [];
    // Of the subscriptions one heard of it.
    expect(lost).toHaveLength(1);
    const [attempt] = of("workitem.created").attempts;
    const sent = JSON.parse(attempt?.request.body ?? "") as { id: string };
    expect(lost[0]).toMatchObject({ id: sent.id, at: attempt?.at });
    const request = await forge.webhooks.recover?.(place(level), ADDRESS, lost[0]!);
    if (request === undefined || request === "resent") throw new Error("nothing was brought");
    const { event, id } = azureDevOps.identify(request);
    expect([event, id]).toEqual(["workitem.created", sent.id]);
    expect(azureDevOps.normalise({ ...request, event })).toMatchObject({
      kind: "event",
      events: [{ kind: "issue", action: "opened", repo: { fullName } }],
    });
    expect(JSON.parse(Buffer.from(request.body).toString())).toEqual(sent);
    await expect(
      forge.webhooks.lost?.(place(level), ADDRESS, new Date(Date.now() + 60_000)),
    ).resolves.toEqual([]);
  });

  it("that are none have lost nothing, whatever others have", async () => {
    expect(await forge.webhooks.lost?.(place(), ADDRESS, new Date(0))).toEqual([]);
    expect(world.requests.filter(({ path }) => path.endsWith("/notificationsquery"))).toEqual([]);
  });

  it("do not have any more what is older than their history", async () => {
    const { ids } = await ensure();
    for (const attempt of [`${ids[0] ?? ""}/12`, `${guidOf(4)}/1`, "..", ""]) {
      const lost = { attempt, at: new Date() };
      expect(await forge.webhooks.recover?.(place(), ADDRESS, lost)).toBeUndefined();
    }
  });

  it.each<[Level, string]>([
    ["repository", "Welcome Desk/nothing"],
    ["owner", "Nobody"],
  ])("hang at no %s %s that there is not", async (level, name) => {
    await expect(forge.webhooks.inspect({ level, name }, WANTED)).rejects.toMatchObject({
      code: "FORGE_NOT_FOUND",
    });
  });
});

describe("whoever may not look after service hooks", () => {
  const PROJECT = "6a1f0c52-93d4-4a37-8f1e-0d2b7c5e9a10";
  const QUERY = {
    publisherId: "tfs",
    consumerId: "webHooks",
    consumerActionId: "httpRequest",
    publisherInputFilters: [
      { conditions: [{ inputId: "projectId", operator: "equals", inputValue: PROJECT }] },
    ],
  };

  it.each([
    [403, "FORGE_REFUSED"],
    [401, "FORGE_AUTH_FAILED"],
  ])("is answered %i, and told which rights are needed", async (status, code) => {
    const { api } = foretold();
    api.get("/_apis/projects/Coast%20Guard").query(true).reply(200, { id: PROJECT });
    api.post("/_apis/hooks/subscriptionsquery", QUERY).query(V).reply(status, { message: "TF400813" });
    const forge = await openWithToken();
    const place = { level: "owner", name: "Coast Guard" } as const;
    await expect(forge.webhooks.ensure(place, WANTED, { renew: false })).rejects.toMatchObject({
      code,
      message: expect.stringContaining("View, Edit and Delete subscriptions") as unknown,
    });
  });

  it.each([
    [400, "FORGE_REFUSED"],
    [429, "FORGE_RATE_LIMITED"],
  ])("is not told so by another refusal, %i", async (status, code) => {
    const { api } = foretold();
    api.get("/_apis/projects/Coast%20Guard").query(true).reply(200, { id: PROJECT });
    api.post("/_apis/hooks/subscriptionsquery").query(true).reply(status, { message: "TF400733" });
    const forge = await openWithToken();
    await expect(
      forge.webhooks.inspect({ level: "owner", name: "Coast Guard" }, WANTED),
    ).rejects.toMatchObject({
      code,
      message: expect.not.stringContaining("View, Edit and Delete") as unknown,
    });
  });
});
