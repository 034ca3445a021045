import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { FastifyInstance } from "fastify";

import type { Delivery, Receive, WebhookRequest } from "../../src/core/delivery.ts";
import { ForgehandError } from "../../src/core/errors.ts";
import type { Store } from "../../src/core/store.ts";
import type { WebhookDoor } from "../../src/core/webhook-key.ts";
import type { Reader, ServedForge } from "../../src/receive/keep.ts";
import { createReceive } from "../../src/receive/receive.ts";
import { createServer } from "../../src/receive/server.ts";
import { webhookRoutes } from "../../src/receive/webhooks.ts";
import { fake, fakeAdapter, fakeRequest } from "../support/fake-adapter.ts";
import { recordingLog } from "../support/recording-log.ts";
import { temporaryStore } from "../support/temporary.ts";

const other = fakeAdapter("other");
const NOTHING = Buffer.alloc(0);
const FORGES: ServedForge[] = [
  { name: "acme", adapter: fake, secrets: ["s3cret", "new-s3cret"] },
  { name: "beta", adapter: fake, secrets: ["beta-s3cret"] },
  { name: "bare", adapter: other, secrets: [""] },
];

describe("the webhook addresses", () => {
  let stack: AsyncDisposableStack;
  let store: Store;
  let app: FastifyInstance;
  let lines: ReturnType<typeof recordingLog>["lines"];

  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    ({ store } = stack.use(await temporaryStore()));
    app = serve({ receive: createReceive({ store, wants: (reading) => reading.kind === "event" }) });
  });
  afterEach(() => stack.disposeAsync());

  function serve(options: {
    receive: Receive;
    forges?: ServedForge[];
    adapters?: Reader[];
    basePath?: string;
  }): FastifyInstance {
    const recording = recordingLog();
    ({ lines } = recording);
    const { log } = recording;
    const server = stack.adopt(createServer({ log, bodyLimit: 10_000, basePath: options.basePath }), (one) =>
      one.close(),
    );
    const adapters = [fake, other];
    const automations = [{ name: "deploy", awxTemplate: 42 }, { name: "test" }];
    const keys = async (door: WebhookDoor) => (await store.webhookKeys(door)).map(({ key }) => key);
    webhookRoutes(server, {
      gate: { note: () => undefined },
      forges: FORGES,
      adapters,
      automations,
      keys,
      log,
      ...options,
    });
    return server;
  }

  const post = (url: string, { headers, body }: WebhookRequest, server = app) =>
    server.inject({ method: "POST", url, headers, payload: Buffer.from(body) });
  const kept = () => store.deliveries({ limit: 100 });

  it("a proven delivery is on disk when it is answered", async () => {
    const answer = await post("/webhooks/acme", fakeRequest('{"a":1}'));
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: "recorded" }]);
    const [delivery] = await kept();
    expect(delivery).toMatchObject({ forge: "acme", door: "", id: "d-1", event: "issues", reading: "event" });
    const whole = await store.delivery(delivery!.key);
    expect(Buffer.from(whole!.body!).toString()).toBe('{"a":1}');
  });

  it("the same delivery again is a duplicate and adds nothing", async () => {
    await post("/webhooks/acme", fakeRequest("{}"));
    const answer = await post("/webhooks/acme", fakeRequest("{}"));
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: "duplicate" }]);
    expect(await kept()).toHaveLength(1);
  });

  it("every secret that is valid now proves a sender", async () => {
    const answer = await post("/webhooks/acme", fakeRequest("{}", { secret: "new-s3cret" }));
    expect(answer.statusCode).toBe(200);
  });

  it.each([
    ["a wrong signature", fakeRequest("{}", { secret: "guessed" })],
    ["an empty secret", fakeRequest("{}", { secret: "" })],
    ["no signature", { body: Buffer.from("{}"), headers: { "content-type": "application/json" } }],
    ["a body changed on the way", { ...fakeRequest("{}"), body: Buffer.from("{ }") }],
    ["another forge's secret", fakeRequest("{}", { secret: "beta-s3cret" })],
  ])("%s is answered 401 with a dull body, and nothing is kept", async (_what, request) => {
    const answer = await post("/webhooks/acme", request);
    expect([answer.statusCode, answer.json()]).toEqual([401, { error: "the sender is not proven" }]);
    expect(await kept()).toEqual([]);
  });

  it("a forge whose secret is empty lets nobody in", async () => {
    const answer = await post("/webhooks/bare", fakeRequest("{}", { kind: "other", secret: "" }));
    expect(answer.statusCode).toBe(401);
  });

  it.each(["/webhooks/unknown", "/webhooks/acme/unknown", "/webhooks/acme/deploy/more", "/webhook"])(
    "%s is answered 404",
    async (url) => {
      const answer = await post(url, fakeRequest("{}"));
      expect([answer.statusCode, answer.json()]).toEqual([404, { error: "not found" }]);
    },
  );

  it("the private address of an automation is a door of its own", async () => {
    await post("/webhooks/acme", fakeRequest("{}"));
    const answer = await post("/webhooks/acme/deploy", fakeRequest("{}"));
    expect(answer.json()).toEqual({ status: "recorded" });
    expect((await kept()).map(({ door }) => door)).toEqual(["deploy", ""]);
  });

  const giveKey = ({ forge = "acme", grace = 0 } = {}) =>
    store.change((transaction) => transaction.addWebhookKey({ forge, automation: "deploy" }, { grace }));
  const statusAt = async (url: string, secret: string, id = secret) =>
    (await post(url, fakeRequest("{}", { secret, id }))).statusCode;

  it("a private address with a key of its own knows that key alone", async () => {
    const own = await giveKey();
    expect(await statusAt("/webhooks/acme/deploy", own)).toBe(200);
    expect(await statusAt("/webhooks/acme/deploy", "s3cret")).toBe(401);
    expect(await statusAt("/webhooks/acme", own)).toBe(401);
    expect(await statusAt("/webhooks/acme/test", own)).toBe(401);
    expect(await statusAt("/webhooks/beta/deploy", own)).toBe(401);
    expect(await kept()).toMatchObject([{ forge: "acme", door: "deploy" }]);
  });

  it("a key that was replaced counts for a while, one that was taken away no more", async () => {
    const door = { forge: "acme", automation: "deploy" };
    const older = await giveKey();
    const newer = await giveKey({ grace: 60_000 });
    expect(await statusAt("/webhooks/acme/deploy", older)).toBe(200);
    expect(await statusAt("/webhooks/acme/deploy", newer)).toBe(200);
    await store.change((transaction) => transaction.removeWebhookKeys(door));
    expect(await statusAt("/webhooks/acme/deploy", newer, "again")).toBe(401);
    expect(await statusAt("/webhooks/acme/deploy", "s3cret")).toBe(200);
  });

  it.each(["/api/v2/job_templates/42/fake/", "/api/v2/workflow_job_templates/42/fake_dc"])(
    "%s is the private address of the automation that took the template of AWX over",
    async (url) => {
      const own = await giveKey({ forge: "beta" });
      expect(await statusAt(url, own)).toBe(200);
      expect(await kept()).toMatchObject([{ forge: "beta", door: "deploy" }]);
      expect(await statusAt(url, "beta-s3cret")).toBe(401);
      expect(await statusAt(url, "s3cret")).toBe(200);
    },
  );

  it.each([
    "/api/v2/job_templates/43/fake/",
    "/api/v2/job_templates/42/gitlab/",
    "/api/v2/job_templates/042x/fake/",
    "/api/v2/job_templates/42/",
  ])("%s is the address of nobody", async (url) => {
    expect(await statusAt(url, "s3cret")).toBe(404);
  });

  it.each(["/webhooks/acme/-/PROJECT/repo", "/webhooks/acme/-/x?branch=main", "/webhooks/acme/"])(
    "%s is the forge's own address with more behind it",
    async (url) => {
      await post(url, fakeRequest("{}"));
      expect(await kept()).toMatchObject([{ forge: "acme", door: "" }]);
    },
  );

  it.each([
    "/webhooks/acme/-/~mira/lamp/feature%2Fx%20y",
    "/webhooks/acme/-/100%/x",
    `/webhooks/acme/-/${"long/".repeat(60)}`,
    `/webhooks/acme/-/${"x".repeat(250)}`,
    "/webhooks/acme/-/$(reboot);'\"`#{x}?from=%zz&to=../../x",
    "/webhooks/acme?branch=100%&from=%zz",
  ])("a branch that a forge wrote into the address as it is, %s, changes nothing", async (url) => {
    const answer = await post(url, fakeRequest("{}"));
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: "recorded" }]);
    expect(await kept()).toMatchObject([{ forge: "acme", door: "", id: "d-1" }]);
  });

  it("an unlisted content type is answered 415 before anybody looks at the signature", async () => {
    const request = fakeRequest("{}", { secret: "guessed" });
    const headers = { ...request.headers, "content-type": "text/plain" };
    expect((await post("/webhooks/acme", { ...request, headers })).statusCode).toBe(415);
    const untold = { ...request.headers, "content-type": "" };
    expect((await post("/webhooks/acme", { ...request, headers: untold })).statusCode).toBe(415);
  });

  it("a content type may have parameters and any case", async () => {
    const request = fakeRequest("{}");
    const headers = { ...request.headers, "content-type": "Application/JSON; charset=utf-8" };
    expect((await post("/webhooks/acme", { ...request, headers })).statusCode).toBe(200);
  });

  it("a body over the limit is answered 413", async () => {
    const answer = await post("/webhooks/acme", fakeRequest(JSON.stringify("x".repeat(10_000))));
    expect([answer.statusCode, answer.json()]).toEqual([413, { error: "the body is too large" }]);
  });

  it.each(["/webhooks", "/", "/gitjob", "/gitjob/", "/gitjob/and/more?x=1", "/events"])(
    "%s takes the deliveries of every forge, told by headers and secret",
    async (url) => {
      const answer = await post(url, fakeRequest("{}", { secret: "beta-s3cret" }));
      expect([answer.statusCode, answer.json()]).toEqual([200, { status: "recorded" }]);
      expect(await kept()).toMatchObject([{ forge: "beta", door: "" }]);
      expect((await post(url, { headers: {}, body: NOTHING })).statusCode).toBe(404);
    },
  );

  it.each(["/behind/a-proxy/webhooks/acme", "/webhooks/acme", "/behind/a-proxy/webhooks/acme/-/%zz"])(
    "%s is found below the path of a proxy, which may take it off or leave it",
    async (url) => {
      const server = serve({
        receive: createReceive({ store, wants: () => true }),
        basePath: "/behind/a-proxy",
      });
      expect((await post(url, fakeRequest("{}"), server)).statusCode).toBe(200);
      const elsewhere = await post("/elsewhere/webhooks/acme", fakeRequest("{}"), server);
      expect(elsewhere.statusCode).toBe(404);
    },
  );

  it.each(["GET", "HEAD", "PUT", "DELETE"] as const)("%s is answered 405 and told POST", async (method) => {
    for (const url of ["/webhooks", "/webhooks/acme", "/webhooks/acme/deploy", "/api/fake/webhooks"]) {
      const answer = await app.inject({ method, url });
      expect([answer.statusCode, answer.headers.allow]).toEqual([405, "POST"]);
    }
  });

  it("what the adapter ignores is kept without body, and the answer says why", async () => {
    const answer = await post("/webhooks/acme", fakeRequest('{"ignore":"nobody needs it"}'));
    expect(answer.json()).toEqual({ status: "ignored", reason: "nobody needs it" });
    const [delivery] = await kept();
    expect(delivery).toMatchObject({ reading: "ignored", reason: "nobody needs it" });
    expect((await store.delivery(delivery!.key))?.body).toBeUndefined();
  });

  it.each([
    ["what is no JSON", "label=coding"],
    ["what is no UTF-8", Buffer.from([0x22, 0xff, 0xfe, 0x22])],
  ])("%s is kept whole as unreadable if it is signed", async (_what, body) => {
    const answer = await post("/webhooks/acme", fakeRequest(body));
    const reason = "the body is not JSON";
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { status: "recorded", reading: "unreadable", reason },
    ]);
    expect(await kept()).toMatchObject([{ reading: "unreadable", reason }]);
  });

  it.each([
    ["/webhooks/acme", "{}"],
    ["/webhooks/acme/deploy", '{"test":true}'],
    ["/webhooks/acme/-/PROJECT/repo?branch=$(reboot)", ""],
    ["/webhooks", "no JSON"],
    ["/api/fake/webhooks", "x"],
  ])("a ping at %s is answered 200 without a proof, and leaves no trace", async (url, body) => {
    const headers = { "x-fake-event": "ping", ...(body === "" ? {} : { "content-type": "text/plain" }) };
    const answer = await post(url, { headers, body: Buffer.from(body) });
    expect([answer.statusCode, answer.body]).toEqual([200, ""]);
    expect(await kept()).toEqual([]);
    expect(lines).toEqual([]);
  });

  it("a ping finds nobody where no forge is, and at a forge whose kind has none it proves nothing", async () => {
    const ping = { headers: { "x-fake-event": "ping", "content-type": "application/json" }, body: NOTHING };
    expect((await post("/webhooks/unknown", ping)).statusCode).toBe(404);
    const silent = { ...fake, isPing: () => false };
    const server = serve({
      receive: () => Promise.reject(new Error("nothing is to be kept")),
      forges: [{ name: "acme", adapter: silent, secrets: ["s3cret"] }],
    });
    expect((await post("/webhooks/acme", ping, server)).statusCode).toBe(401);
  });

  it("an event that no automation wants is told so", async () => {
    const server = serve({ receive: createReceive({ store, wants: () => false }) });
    const answer = await post("/webhooks/acme", fakeRequest("{}"), server);
    expect(answer.json()).toEqual({ status: "ignored", reason: "no automation wants this" });
  });

  it("no header with a secret is kept", async () => {
    const request = fakeRequest("{}");
    const secrets = {
      "x-fake-token": "t",
      authorization: "Basic t",
      cookie: "t=1",
      "proxy-authorization": "t",
    };
    await post("/webhooks/acme", { ...request, headers: { ...request.headers, ...secrets } });
    const [delivery] = await kept();
    expect(Object.keys(delivery!.headers)).toContain("x-fake-event");
    for (const name of Object.keys(secrets)) expect(delivery!.headers).not.toHaveProperty(name);
  });

  it("a secret that the forge wrote into the body is not kept", async () => {
    const careful = {
      ...fake,
      withoutSecret: ({ body }: WebhookRequest) =>
        Buffer.from(body).includes("hunter2") ? Buffer.from('{"secret":""}') : undefined,
    };
    const forges = [{ name: "acme", adapter: careful, secrets: ["s3cret"] }];
    const server = serve({ receive: createReceive({ store, wants: () => true }), forges });
    await post("/webhooks/acme", fakeRequest('{"secret":"hunter2"}'), server);
    await post("/webhooks/acme", fakeRequest("{ }", { id: "d-2" }), server);
    const whole = await Promise.all((await kept()).map(({ key }) => store.delivery(key)));
    const bodies = whole.map((one) => [one!.id, Buffer.from(one!.body!).toString(), one!.rewritten ?? false]);
    expect(bodies.sort()).toEqual([
      ["d-1", '{"secret":""}', true],
      ["d-2", "{ }", false],
    ]);
  });

  it("a delivery without an id is known again by door, event and body", async () => {
    const told = async (url: string, body: string, event = "issues") =>
      (await post(url, fakeRequest(body, { id: "", event }))).json<{ status: string }>().status;
    expect(await told("/webhooks/acme", "{}")).toBe("recorded");
    expect(await told("/webhooks/acme", "{}")).toBe("duplicate");
    expect(await told("/webhooks/acme", "[]")).toBe("recorded");
    expect(await told("/webhooks/acme", "{}", "push")).toBe("recorded");
    expect(await told("/webhooks/acme/deploy", "{}")).toBe("recorded");
    expect((await kept())[0]?.id).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(["/webhooks", "/api/fake/webhooks"])(
    "at %s the secret tells which forge of the kind sent it",
    async (url) => {
      await post(url, fakeRequest("{}", { secret: "beta-s3cret" }));
      expect(await kept()).toMatchObject([{ forge: "beta" }]);
      expect((await post(url, fakeRequest("{}", { secret: "guessed" }))).statusCode).toBe(401);
    },
  );

  it("at /webhooks the headers tell the kind, and a kind that nobody knows is answered 404", async () => {
    expect((await post("/webhooks", fakeRequest("{}", { kind: "other" }))).statusCode).toBe(401);
    expect((await post("/webhooks", fakeRequest("{}", { kind: "strange" }))).statusCode).toBe(404);
  });

  it("at /webhooks a body may tell the kind where no header does", async () => {
    const told: Reader = { ...other, recognises: ({ body }) => Buffer.from(body).includes("other says so") };
    const adapters = [fake, told];
    const forges = [{ name: "told", adapter: told, secrets: ["s3cret"] }];
    const receive = createReceive({ store, wants: () => true });
    const server = serve({ receive, adapters, forges });
    const request = fakeRequest('{"a":"other says so"}', { kind: "other" });
    expect((await post("/webhooks", request, server)).json()).toEqual({ status: "recorded" });
    expect((await post("/webhooks", fakeRequest("{}", { kind: "other" }), server)).statusCode).toBe(404);
  });

  it("a forge with a door of its own records through it", async () => {
    const carried: Delivery[] = [];
    const door: ServedForge["door"] = (delivery, reading, record) => {
      carried.push(delivery);
      return record(delivery, reading);
    };
    const receive = createReceive({ store, wants: () => true });
    const server = serve({ receive, forges: [{ name: "acme", adapter: fake, secrets: ["s3cret"], door }] });
    expect((await post("/webhooks/acme", fakeRequest("{}"), server)).json()).toEqual({ status: "recorded" });
    expect([carried.length, (await kept()).length]).toEqual([1, 1]);
  });

  it.each(["STORE_BUSY", "STORE_UNAVAILABLE"] as const)("%s is answered 503: send it again", async (code) => {
    const receive = () => Promise.reject(new ForgehandError(code, "the disk is full"));
    const answer = await post("/webhooks/acme", fakeRequest("{}"), serve({ receive }));
    expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([503, "5"]);
    expect(answer.body).not.toContain("disk");
    expect(lines).toMatchObject([{ level: "error", data: { code, delivery: "d-1" } }]);
  });

  it("what nobody expected is answered 500 with a dull body, and logged", async () => {
    const receive = () => Promise.reject(new TypeError("inner workings"));
    const answer = await post("/webhooks/acme", fakeRequest("{}"), serve({ receive }));
    expect([answer.statusCode, answer.json()]).toEqual([500, { error: "something went wrong" }]);
    expect(lines).toMatchObject([{ level: "error", data: { error: "inner workings" } }]);
  });

  it("no body, signature or secret is ever logged", async () => {
    const request = fakeRequest('{"confidential":true}');
    const headers = { ...request.headers, authorization: "Basic hunter2" };
    await post("/webhooks/acme", { ...request, headers });
    await post("/webhooks/acme", { ...request, headers: { ...headers, "x-fake-signature": "f00f" } });
    const told = JSON.stringify(lines);
    expect(lines.map(({ message }) => message)).toEqual(["delivery received", "sender not proven"]);
    expect(told).not.toMatch(/confidential|hunter2|f00f|s3cret/);
  });
});
