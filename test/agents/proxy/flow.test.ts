import { existsSync, readdirSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

import { describe, expect, it } from "@jest/globals";

import { DIALECTS } from "../../../src/agents/proxy/dialect.ts";
import { dialects } from "../../../src/agents/proxy/dialects.ts";
import { openModelProxy } from "../../../src/agents/proxy/proxy.ts";
import { silent } from "../../../src/core/log.ts";
import { temporaryFolder } from "../../support/temporary.ts";
import { until } from "../../support/until.ts";
import type { Answer } from "./scene.ts";
import { bodyOf, events, KEY, openScene, unnamed, whole } from "./scene.ts";

const USAGE = { prompt_tokens: 100, completion_tokens: 10 };
const fine = whole({ choices: [], usage: USAGE });

describe("the budget", () => {
  it.each(DIALECTS)("of tokens ends %s with an error that its programs give up at", async (dialect) => {
    await using scene = await openScene(dialect, whole({}), { budget: { tokens: 1 } });
    expect(await scene.ask()).toMatchObject({ status: 200 });
    expect(scene.proxy.spent.aborted).toBe(false);
    const seen = await scene.ask();
    const { inputTokens, outputTokens } = scene.proxy.usage();
    const sentence = `The run has used ${inputTokens + outputTokens} tokens of its budget of 1, so the model is not asked any more.`;
    const { givesUpAt, error } = dialects[dialect];
    expect(seen.status).toBe(givesUpAt);
    expect(JSON.parse(seen.body)).toEqual(error(givesUpAt, `Forgehand: ${sentence}`, "budget_spent"));
    expect(scene.received).toHaveLength(1);
    expect(scene.proxy.spent.reason).toBe(sentence);
  });

  it.each([
    ["below", { tokens: 111 }, 200],
    ["at", { tokens: 110 }, 401],
    // 100 × $5 + 10 × $30, for a million tokens each.
    ["below", { cost: 0.00081 }, 200],
    ["at", { cost: 0.0008 }, 401],
  ])("lets one that is %s it be passed once: %j", async (_title, budget, status) => {
    await using scene = await openScene("openai-chat", fine, { budget });
    await scene.ask();
    expect(await scene.ask()).toMatchObject({ status });
    expect(scene.proxy.spent.aborted).toBe(status !== 200);
  });

  it("of money refuses a model without a price before it costs anything, and names the setting", async () => {
    await using scene = await openScene("openai-chat", fine, { budget: { cost: 5 } });
    const seen = await scene.ask({ body: bodyOf("openai-chat", { model: "unheard-of" }) });
    expect(seen).toMatchObject({ status: 401, body: expect.stringContaining("`agents.prices`") });
    expect(scene.received).toEqual([]);
    expect(scene.proxy.spent.reason).toMatch(/"unheard-of" costs is not known.*`agents\.prices`/);
  });

  it("of money takes a model whose price the owner wrote", async () => {
    const prices = { "unheard-of": { input: 0, cachedInput: 0, output: 0 } };
    await using scene = await openScene("openai-chat", fine, { budget: { cost: 5 }, prices });
    const body = bodyOf("openai-chat", { model: "unheard-of" });
    expect(await scene.ask({ body })).toMatchObject({ status: 200 });
  });

  it("is not got round by leaving each answer before its end", async () => {
    const endless: Answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(unnamed({ choices: [{ delta: { content: "x".repeat(1_000) } }] }));
    };
    await using scene = await openScene("openai-chat", endless, { budget: { tokens: 200 } });
    const seen = await scene.ask({ onHead: (answer) => answer.once("data", () => answer.destroy()) });
    expect(seen.cut).toBe(true);
    await until(() => scene.proxy.usage().requests === 1);
    expect(await scene.ask()).toMatchObject({ status: 401 });
  });
});

describe("an answer", () => {
  it("comes through as it is said, not when it is over", async () => {
    let say: ServerResponse | undefined;
    await using scene = await openScene("openai-chat", (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      say = response;
    });
    let head: IncomingMessage | undefined;
    let heard = "";
    const asked = scene.ask({
      onHead: (answer) => {
        head = answer;
        answer.on("data", (chunk: Buffer) => (heard += chunk.toString()));
      },
    });
    await until(() => head !== undefined);
    for (const word of ["one", "two", "three"]) {
      say?.write(unnamed({ word }));
      await until(() => heard.endsWith(unnamed({ word })));
    }
    say?.end();
    expect(await asked).toMatchObject({ status: 200, cut: false });
  });

  it("comes no faster than the program takes it", async () => {
    let written = 0;
    let stuck = false;
    const most = 64 * 1024 * 1024;
    const chunk = Buffer.alloc(64 * 1024, "x");
    await using scene = await openScene("openai-chat", (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const more = () => {
        while (written < most) {
          written += chunk.length;
          if (!response.write(chunk)) {
            stuck = true;
            response.once("drain", () => {
              stuck = false;
              more();
            });
            return;
          }
        }
        response.end();
      };
      more();
    });
    let paused: IncomingMessage | undefined;
    const asked = scene.ask({
      onHead: (answer) => {
        answer.pause();
        paused = answer;
      },
    });
    let before = 0;
    let still = 0;
    await until(() => {
      still = paused !== undefined && stuck && written === before ? still + 1 : 0;
      before = written;
      return still === 20;
    });
    expect(written).toBeLessThan(most);
    paused?.resume();
    expect((await asked).body).toHaveLength(most);
  });

  it.each([
    [429, { "retry-after": "7" }],
    [529, { "x-should-retry": "true" }],
    [400, { "request-id": "req_1" }],
  ])("with the status %d passes with what the program needs to know", async (status, headers) => {
    const error = { type: "error", error: { type: "x", message: "y" } };
    const secretive = { "set-cookie": "a=b", "anthropic-organization-id": "org", server: "z" };
    await using scene = await openScene("anthropic", whole(error, status, { ...headers, ...secretive }));
    const seen = await scene.ask();
    expect(seen).toMatchObject({ status, headers, body: JSON.stringify(error) });
    for (const name of Object.keys(secretive)) expect(seen.headers[name]).toBeUndefined();
  });

  it("that the API cuts off is cut off for the program too", async () => {
    await using scene = await openScene("openai-chat", (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(unnamed({ a: 1 }), () => response.destroy());
    });
    expect(await scene.ask()).toMatchObject({ status: 200, cut: true, body: unnamed({ a: 1 }) });
  });

  it("is not waited for any more when the program leaves", async () => {
    const leave = new AbortController();
    await using scene = await openScene("openai-chat", () => undefined);
    const asked = scene.ask({ signal: leave.signal });
    await until(() => scene.received.length === 1);
    leave.abort();
    await expect(asked).rejects.toThrow();
    await until(() => scene.received[0]?.lost);
  });
});

describe("limits", () => {
  it("hold for the size of a body", async () => {
    await using scene = await openScene("openai-chat", fine, { limits: { body: 1_000 } });
    const padded = (length: number) => {
      const bare = bodyOf("openai-chat", { pad: "" });
      return bodyOf("openai-chat", { pad: "x".repeat(length - bare.length) });
    };
    expect(await scene.ask({ body: padded(1_001) })).toMatchObject({ status: 413 });
    expect(scene.received).toEqual([]);
    expect(await scene.ask({ body: padded(1_000) })).toMatchObject({ status: 200 });
  });

  it("hold for all bodies that wait, and the room is free again afterwards", async () => {
    const waiting: ServerResponse[] = [];
    const body = bodyOf("openai-chat", { pad: "x".repeat(600) });
    const limits = { bodies: Math.floor(body.length * 1.5) };
    await using scene = await openScene("openai-chat", (response) => void waiting.push(response), { limits });
    const first = scene.ask({ body });
    await until(() => waiting.length === 1);
    expect(await scene.ask({ body })).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
    waiting[0]?.end();
    await first;
    const third = scene.ask({ body });
    await until(() => waiting.length === 2);
    waiting[1]?.end();
    expect(await third).toMatchObject({ status: 200 });
  });

  it("hold for the requests at once", async () => {
    const waiting: ServerResponse[] = [];
    await using scene = await openScene("openai-chat", (response) => void waiting.push(response));
    const asked = Array.from({ length: 16 }, () => scene.ask());
    await until(() => waiting.length === 16);
    expect(await scene.ask()).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
    for (const response of waiting) response.end();
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array(16).fill(200));
    const next = scene.ask();
    await until(() => waiting.length === 17);
    waiting[16]?.end();
    expect(await next).toMatchObject({ status: 200 });
  });

  it("hold for an API that says nothing", async () => {
    await using scene = await openScene("openai-chat", () => undefined, { limits: { idle: 50 } });
    expect(await scene.ask()).toMatchObject({ status: 504, body: expect.stringContaining("nothing came") });
    await until(() => scene.received[0]?.lost);
  });

  it("hold for an API that falls silent", async () => {
    const answer: Answer = (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(unnamed({ a: 1 }));
    };
    await using scene = await openScene("openai-chat", answer, { limits: { idle: 50 } });
    expect(await scene.ask()).toMatchObject({ cut: true, body: unnamed({ a: 1 }) });
  });

  it("hold for an API that takes the connection and then does not shake hands", async () => {
    const sockets: Socket[] = [];
    const deaf = createServer((socket) => void sockets.push(socket.on("error", () => undefined)));
    await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
    const upstream = `https://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
    {
      await using scene = await openScene("anthropic", fine, { upstream, limits: { connect: 50 } });
      expect(await scene.ask()).toMatchObject({
        status: 504,
        body: expect.stringContaining("no connection"),
      });
      expect(scene.proxy.usage().requests).toBe(0);
    }
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => deaf.close(resolve));
  });

  it("hold for a request whose head does not come to its end", async () => {
    await using scene = await openScene("anthropic", fine, { limits: { head: 50 } });
    const { connect } = await import("node:net");
    const line = connect(scene.proxy.socket);
    let heard = "";
    line.on("data", (chunk) => (heard += chunk.toString()));
    line.write("POST /v1/messages HTTP/1.1\r\nhost: localhost\r\n");
    await until(() => line.closed);
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe("the end of a run", () => {
  it("ends what is in flight, counts it, and lets nobody in any more", async () => {
    await using scene = await openScene("openai-chat", (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(unnamed({ choices: [], usage: USAGE }));
    });
    let heard = false;
    const asked = scene.ask({ onHead: (answer) => answer.once("data", () => (heard = true)) });
    await until(() => heard);
    await Promise.all([scene.proxy.close(), scene.proxy.close()]);
    expect(await asked).toMatchObject({ cut: true });
    expect(scene.proxy.usage()).toMatchObject({ inputTokens: 100, outputTokens: 10, requests: 1 });
    expect(existsSync(scene.proxy.socket)).toBe(false);
    await expect(scene.ask()).rejects.toMatchObject({ code: "ENOENT" });
    await until(() => scene.received[0]?.lost);
  });

  it("ends a question that was not answered yet", async () => {
    await using scene = await openScene("openai-chat", () => undefined);
    const asked = scene.ask();
    await until(() => scene.received.length === 1);
    await Promise.all([expect(asked).rejects.toThrow(), scene.proxy.close()]);
    expect(scene.proxy.usage().requests).toBe(1);
  });
});

it("asks an https API by way of the operator's own proxy, which is not told the key", async () => {
  const told: string[] = [];
  const proxy = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (chunk) => {
      told.push(chunk.toString());
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const environment = { HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  {
    await using scene = await openScene("anthropic", fine, {
      upstream: "https://model.invalid",
      environment,
    });
    expect(await scene.ask()).toMatchObject({ status: 502 });
    expect(scene.proxy.usage().requests).toBe(0);
  }
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/^CONNECT model\.invalid:443 HTTP\/1\.1\r\n/);
  expect(told[0]).not.toContain(KEY);
  await new Promise((resolve) => proxy.close(resolve));
});

it("sends no key where the server of one's own wants none, and hides none", async () => {
  await using scene = await openScene("openai-chat", events(unnamed("[DONE]")), { key: "" });
  expect(await scene.ask()).toMatchObject({ status: 200, body: unnamed("[DONE]") });
  expect(scene.received[0]?.headers.authorization).toBeUndefined();
});

it("says that the agent was not started where its socket's path is too long, and leaves nothing behind", async () => {
  await using folder = await temporaryFolder();
  const deep = `${folder.path}/${"x".repeat(100)}`;
  const opening = openModelProxy({ dialect: "gemini", key: KEY, budget: {}, folder: deep, log: silent });
  await expect(opening).rejects.toMatchObject({
    code: "COMMAND_NOT_STARTED",
    message: expect.stringContaining("longer than 107 bytes"),
  });
  expect(readdirSync(deep)).toEqual([]);
});
