import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { InjectOptions, LightMyRequestResponse } from "fastify";

import { ForgehandError } from "../../src/core/errors.ts";
import { opensWith } from "../../src/dashboard/auth.ts";
import { hostCheck } from "../../src/dashboard/hosts.ts";
import { repeated } from "../../src/match/apply.ts";
import type { ApiTools } from "../../src/operate/routes.ts";
import { apiRoutes } from "../../src/operate/routes.ts";
import { retryRun } from "../../src/operate/retry.ts";
import { createServer } from "../../src/receive/server.ts";
import { recordingLog } from "../support/recording-log.ts";
import { newRun } from "../support/samples.ts";
import { temporaryStore } from "../support/temporary.ts";

const TOKEN = "owner-token-of-the-tests";

let kept: Awaited<ReturnType<typeof temporaryStore>>;
beforeEach(async () => {
  kept = await temporaryStore();
});
afterEach(async () => kept[Symbol.asyncDispose]());

function open(change: Partial<ApiTools> = {}) {
  const { log, lines } = recordingLog();
  const { store } = kept;
  const app = createServer({ log });
  apiRoutes(app, {
    store,
    opens: opensWith(TOKEN),
    isOurs: hostCheck("https://bot.example.com", []),
    forges: [],
    automations: [],
    publicUrl: undefined,
    start: () => Promise.reject(new ForgehandError("NOT_FOUND", "There is no automation of that name.")),
    retry: (id) => store.change((transaction) => retryRun(transaction, id, repeated)),
    explain: async () => ({
      sender: { state: "proven" },
      reading: { kind: "ignored", reason: "" },
      matches: [],
    }),
    async *logText() {
      yield "line\n";
    },
    log,
    ...change,
  });
  const ask = (url: string, how: InjectOptions = {}) =>
    app.inject({ url, ...how, headers: { authorization: `Bearer ${TOKEN}`, ...how.headers } });
  return { app, ask, lines };
}

const codeOf = (answer: LightMyRequestResponse) => [
  answer.statusCode,
  answer.json<{ error: { code: string } }>().error.code,
];

describe("the API lets in", () => {
  it.each<[string, Record<string, string>]>([
    ["nobody without a token", { authorization: "" }],
    ["nobody with another token", { authorization: "Bearer guessed" }],
    ["nobody with an empty token", { authorization: "Bearer " }],
    ["nobody with a part of the token", { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ["nobody with the token and more", { authorization: `Bearer ${TOKEN}x` }],
    ["nobody by basic auth", { authorization: `Basic ${btoa(`x:${TOKEN}`)}` }],
    ["nobody by a cookie", { authorization: "", cookie: `forgehand=${TOKEN}` }],
  ])("%s", async (_who, headers) => {
    const { app, ask } = open();
    const answer = await ask("/api/runs", { headers });
    expect(codeOf(answer)).toEqual([401, "UNAUTHORIZED"]);
    expect(answer.headers["www-authenticate"]).toBe("Bearer");
    expect(answer.body).not.toContain(TOKEN);
    await app.close();
  });

  it("nobody by a token in the address", async () => {
    const { ask } = open();
    const answer = await ask(`/api/runs?token=${TOKEN}`, { headers: { authorization: "" } });
    expect(answer.statusCode).toBe(401);
  });

  it("nobody where the token is empty", async () => {
    const { ask } = open({ opens: opensWith("") });
    expect((await ask("/api/runs", { headers: { authorization: "Bearer ''" } })).statusCode).toBe(401);
  });

  it("nobody who calls this server by a name that is not its own", async () => {
    const { ask } = open();
    expect(codeOf(await ask("/api/runs", { headers: { host: "evil.example" } }))).toEqual([
      421,
      "WRONG_HOST",
    ]);
    expect((await ask("/api/runs", { headers: { host: "bot.example.com" } })).statusCode).toBe(200);
  });

  it("its owner still, after somebody tried many tokens, who is told to wait", async () => {
    const { ask } = open();
    const wrong = { headers: { authorization: "Bearer guessed" } };
    for (let tries = 0; tries < 20; tries++) await ask("/api/runs", wrong);
    expect(codeOf(await ask("/api/runs", wrong))).toEqual([429, "TOO_MANY_REQUESTS"]);
    expect((await ask("/api/runs")).statusCode).toBe(200);
  });

  it("no page of another origin: it grants none", async () => {
    const { ask } = open();
    const headers = { origin: "https://evil.example", "access-control-request-method": "POST" };
    const answer = await ask("/api/runs", { method: "OPTIONS", headers });
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  });
});

describe("the API refuses", () => {
  const order = { automation: "deploy", repository: "octo/hello" };

  it.each<[string, object]>([
    ["no automation", { repository: "octo/hello" }],
    ["what it does not know", { ...order, actor: "admin" }],
    ["an issue and a ref", { ...order, issue: 1, ref: "main" }],
    ["a number that is a text", { ...order, issue: "1" }],
    ["a ref that would be an option of git", { ...order, ref: "--upload-pack=x" }],
    ["a ref that leads up", { ...order, ref: "a/../b" }],
    ["an input whose name is no variable", { ...order, inputs: { "A-B": "x" } }],
    ["two inputs that would be one variable", { ...order, inputs: { a: "x", A: "y" } }],
    ["an input that is too long", { ...order, inputs: { a: "x".repeat(9_000) } }],
    ["an id with spaces", { ...order, id: "a b" }],
  ])("an order with %s", async (_what, payload) => {
    const { ask } = open();
    expect(codeOf(await ask("/api/runs", { method: "POST", payload }))).toEqual([400, "REQUEST_INVALID"]);
  });

  it("what is no JSON, what is no object, and what is too large", async () => {
    const { ask } = open();
    const send = (payload: string, type = "application/json") =>
      ask("/api/runs", { method: "POST", payload, headers: { "content-type": type } });
    expect(codeOf(await send("{"))).toEqual([400, "REQUEST_INVALID"]);
    expect(codeOf(await send("[]"))).toEqual([400, "REQUEST_INVALID"]);
    expect(codeOf(await send("automation=deploy", "text/plain"))).toEqual([415, "CONTENT_TYPE"]);
    expect(codeOf(await send(JSON.stringify({ automation: "x".repeat(600_000) })))).toEqual([
      413,
      "TOO_LARGE",
    ]);
  });

  it("a filter that there is not, and what is no number of a run", async () => {
    const { ask } = open();
    expect(codeOf(await ask("/api/runs?limit=1000"))).toEqual([400, "REQUEST_INVALID"]);
    expect(codeOf(await ask("/api/runs?state=fine"))).toEqual([400, "REQUEST_INVALID"]);
    expect(codeOf(await ask("/api/runs/1e3"))).toEqual([400, "REQUEST_INVALID"]);
    expect(codeOf(await ask("/api/runs/7"))).toEqual([404, "NOT_FOUND"]);
    expect(codeOf(await ask("/api/deliveries/7"))).toEqual([404, "NOT_FOUND"]);
  });

  it("an automation that there is not, and says so; of a fault of ours it says little", async () => {
    const post = { method: "POST", payload: order } as const;
    expect(codeOf(await open().ask("/api/runs", post))).toEqual([404, "NOT_FOUND"]);
    const { ask, lines } = open({ start: () => Promise.reject(new Error("the password is hunter2")) });
    const answer = await ask("/api/runs", post);
    expect(codeOf(answer)).toEqual([500, "INTERNAL"]);
    expect(answer.body).not.toContain("hunter2");
    expect(lines).toContainEqual(expect.objectContaining({ level: "error", message: "API failed" }));
  });

  it("to repeat a run that is not over", async () => {
    await kept.store.change((transaction) => transaction.addRun(newRun({ key: "one" })));
    const { ask } = open();
    expect(codeOf(await ask("/api/runs/1/retry", { method: "POST" }))).toEqual([409, "RUN_MOVE_ILLEGAL"]);
  });
});

it("the API cancels and lists runs, without the events that caused them", async () => {
  await kept.store.change((transaction) => transaction.addRun(newRun({ key: "one" })));
  const { ask } = open();
  const cancelled = await ask("/api/runs/1/cancel", { method: "POST" });
  expect(cancelled.json()).toMatchObject({ id: 1, state: "cancelled", reason: "Cancelled by the API." });
  const listed = (await ask("/api/runs")).json<{ runs: object[]; next: unknown }>();
  expect(listed).toMatchObject({ runs: [{ id: 1, state: "cancelled" }], next: null });
  expect(listed.runs[0]).not.toHaveProperty("event");
  expect((await ask("/api/runs/1/log")).body).toBe("line\n");
});
