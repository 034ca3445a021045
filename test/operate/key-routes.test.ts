import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { InjectOptions } from "fastify";

import { ForgehandError } from "../../src/core/errors.ts";
import { opensWith } from "../../src/dashboard/auth.ts";
import { hostCheck } from "../../src/dashboard/hosts.ts";
import { apiRoutes } from "../../src/operate/routes.ts";
import { webhookRoutes } from "../../src/receive/webhooks.ts";
import { createServer } from "../../src/receive/server.ts";
import { recordingLog } from "../support/recording-log.ts";
import { automation, only } from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const TOKEN = "owner-token-of-the-tests";
const KEY = /^[A-Za-z0-9]{50}$/;
const DOOR = { forge: "github", automation: "deploy" };

const automations = [
  automation({ name: "deploy", forges: only("github"), awxTemplate: 42 }),
  automation({ name: "everywhere", awxTemplate: 43 }),
  automation({ name: "nowhere", forges: only("other"), awxTemplate: 44 }),
];

let kept: Awaited<ReturnType<typeof temporaryStore>>;
beforeEach(async () => {
  kept = await temporaryStore();
});
afterEach(async () => kept[Symbol.asyncDispose]());

function open() {
  const { log, lines } = recordingLog();
  const { store } = kept;
  const app = createServer({ log });
  const never = () => Promise.reject(new ForgehandError("NOT_FOUND", "Nobody asks for this here."));
  // The addresses that receive stand beside those that make keys, as they do in a server.
  webhookRoutes(app, {
    forges: [],
    adapters: [],
    automations,
    keys: async (door) => (await store.webhookKeys(door)).map(({ key }) => key),
    receive: never,
    gate: { note: () => undefined },
    log,
  });
  apiRoutes(app, {
    store,
    opens: opensWith(TOKEN),
    isOurs: hostCheck("https://bot.example.com", []),
    forges: ["github", "gitlab"],
    automations,
    publicUrl: "https://bot.example.com",
    start: never,
    retry: never,
    explain: never,
    async *logText() {
      yield "line\n";
    },
    log,
  });
  const ask = (method: "GET" | "POST" | "DELETE", url: string, how: InjectOptions = {}) =>
    app.inject({ method, url, ...how, headers: { authorization: `Bearer ${TOKEN}`, ...how.headers } });
  const make = async (payload: object = DOOR) => {
    const answer = await ask("POST", "/api/keys", { payload });
    return { status: answer.statusCode, body: answer.json<{ key: string; address: string }>() };
  };
  return { ask, make, lines };
}

describe("the API of keys", () => {
  it("makes one and shows it once, with the address that it is for", async () => {
    const { ask, make, lines } = open();
    expect((await ask("GET", "/api/keys")).json()).toEqual({ keys: [] });
    const { status, body } = await make();
    const address = "https://bot.example.com/webhooks/github/deploy";
    expect([status, body]).toEqual([201, { ...DOOR, address, key: expect.stringMatching(KEY) as unknown }]);
    expect(await kept.store.webhookKeys(DOOR)).toMatchObject([{ key: body.key }]);

    const listed = await ask("GET", "/api/keys");
    const madeAt = expect.stringMatching(/^20\S+Z$/) as unknown;
    expect(listed.json()).toEqual({ keys: [{ ...DOOR, madeAt, endsAt: null }] });
    expect(JSON.stringify([listed.body, lines])).not.toContain(body.key);
  });

  it("makes another, and lets the one before count on for as long as is said", async () => {
    const { ask, make } = open();
    const one = await make();
    const two = await make({ ...DOOR, grace: "24h" });
    const keys = async () => (await kept.store.webhookKeys(DOOR)).map(({ key }) => key);
    expect(await keys()).toEqual([two.body.key, one.body.key]);
    const { keys: listed } = (await ask("GET", "/api/keys")).json<{ keys: { endsAt: string | null }[] }>();
    expect(listed.map(({ endsAt }) => endsAt === null)).toEqual([true, false]);
    const three = await make();
    expect(await keys()).toEqual([three.body.key]);
  });

  it("takes all from an address, and says where there is none", async () => {
    const { ask, make } = open();
    await make();
    await make({ ...DOOR, grace: "1h" });
    const removed = await ask("DELETE", "/api/keys/github/deploy");
    expect([removed.statusCode, removed.json()]).toEqual([200, { ...DOOR, removed: 2 }]);
    expect(await kept.store.webhookKeys()).toEqual([]);
    expect((await ask("DELETE", "/api/keys/github/deploy")).statusCode).toBe(404);
  });

  it.each<[string, number, object, RegExp]>([
    ["a forge that there is not", 404, { ...DOOR, forge: "svn" }, /there are: github, gitlab/],
    ["an automation that there is not", 404, { ...DOOR, automation: "x" }, /deploy, everywhere, nowhere/],
    ["no automation", 400, { forge: "github" }, /automation/],
    ["a key of one's own", 400, { ...DOOR, key: "chosen" }, /key/],
    ["a grace of more than a day", 400, { ...DOOR, grace: "48h" }, /at most a day/],
  ])("refuses %s", async (_what, status, payload, said) => {
    const answer = await open().ask("POST", "/api/keys", { payload });
    expect([answer.statusCode, answer.body]).toEqual([status, expect.stringMatching(said)]);
    expect(await kept.store.webhookKeys()).toEqual([]);
  });

  it.each([
    ["GET", "/api/keys"],
    ["POST", "/api/keys"],
    ["DELETE", "/api/keys/github/deploy"],
    ["GET", "/api/v2/job_templates/42/webhook_key/"],
    ["POST", "/api/v2/job_templates/42/webhook_key/"],
  ] as const)("answers nobody without the token: %s %s", async (method, url) => {
    const answer = await open().ask(method, url, { headers: { authorization: "" } });
    expect(answer.statusCode).toBe(401);
    expect(await kept.store.webhookKeys()).toEqual([]);
  });
});

describe.each(["job_templates", "workflow_job_templates"])("AWX's own path below %s", (templates) => {
  const path = (id: number) => `/api/v2/${templates}/${id}/webhook_key/`;

  it("makes the key of the one forge that the automation serves", async () => {
    const { ask } = open();
    const made = await ask("POST", path(42));
    expect([made.statusCode, made.json()]).toEqual([
      201,
      { webhook_key: expect.stringMatching(KEY) as unknown },
    ]);
    const { webhook_key: key } = made.json<{ webhook_key: string }>();
    expect(await kept.store.webhookKeys()).toMatchObject([{ ...DOOR, key }]);
  });

  it("shows no key again", async () => {
    const { ask } = open();
    await ask("POST", path(42));
    const shown = await ask("GET", path(42));
    const detail = expect.stringContaining("shown once") as unknown;
    expect([shown.statusCode, shown.json()]).toEqual([200, { webhook_key: "", detail }]);
  });

  it.each([
    [43, "serves github, gitlab: "],
    [44, "serves none of the configured forges: "],
  ])("asks which forge is meant where that is not clear: template %s", async (id, said) => {
    const answer = await open().ask("POST", path(id));
    expect([answer.statusCode, answer.body]).toEqual([409, expect.stringContaining(said)]);
    expect(answer.body).toContain("POST /api/keys");
    expect(await kept.store.webhookKeys()).toEqual([]);
  });

  it("knows no other template", async () => {
    const { ask } = open();
    expect((await ask("POST", path(7))).statusCode).toBe(404);
    expect((await ask("GET", path(7))).statusCode).toBe(404);
  });
});
