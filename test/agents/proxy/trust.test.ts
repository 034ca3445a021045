import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import type { DialectName } from "../../../src/agents/proxy/dialect.ts";
import { DIALECTS } from "../../../src/agents/proxy/dialect.ts";
import { dialects } from "../../../src/agents/proxy/dialects.ts";
import type { Answer, Scene } from "./scene.ts";
import { bodyOf, KEY, keyHeader, openScene, PATHS, whole } from "./scene.ts";

const fine = whole({ usage: {} });
const errorOf = (body: string) => JSON.stringify(JSON.parse(body));

/** Nothing of the key on the program's side, in whatever writing. */
function expectNoKey(scene: Scene): void {
  const everything = scene.bytes() + JSON.stringify(scene.lines);
  const forms = [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString("base64").replace(/=+$/, "")];
  for (const form of forms) expect(everything).not.toContain(form);
}

describe.each(DIALECTS)("the key of %s", (dialect) => {
  it("takes the place of the token on the way to the API, and nothing tells of the token", async () => {
    await using scene = await openScene(dialect, fine);
    await scene.ask();
    const [received] = scene.received;
    expect(received?.headers).toMatchObject(keyHeader(dialect, KEY));
    expect(JSON.stringify(received)).not.toContain(scene.proxy.token);
    expectNoKey(scene);
  });

  it("is hidden where the API says it, in its answer and its headers, across all borders of chunks", async () => {
    const said = `{"error":"${KEY}","p":"${encodeURIComponent(KEY)}","b":"${Buffer.from(KEY).toString("base64")}"}`;
    const echo: Answer = (response) => {
      response.writeHead(401, { "content-type": "application/json", "x-request-id": `for ${KEY}` });
      for (const byte of Buffer.from(said)) response.write(Buffer.of(byte));
      response.end();
    };
    await using scene = await openScene(dialect, echo);
    const seen = await scene.ask();
    expect(seen.status).toBe(401);
    expect(seen.body).toHaveLength(said.length);
    expect(seen.headers["x-request-id"]).toBe(`for ${"*".repeat(KEY.length)}`);
    expectNoKey(scene);
  });

  it("is asked for with the run's token alone, and the refusal is an error of the dialect", async () => {
    await using scene = await openScene(dialect, fine);
    const wrong = [{}, keyHeader(dialect, "wrong"), keyHeader(dialect, KEY), keyHeader(dialect, "")];
    for (const headers of wrong) {
      const { status, body } = await scene.ask({ headers });
      expect(status).toBe(401);
      const message = "Forgehand: this is not the key of this run. Each run has its own, which ends with it.";
      expect(errorOf(body)).toBe(JSON.stringify(dialects[dialect].error(401, message, "wrong_token")));
    }
    expect(scene.received).toEqual([]);
    expectNoKey(scene);
  });

  it("is never sent along with what else the program's request says", async () => {
    await using scene = await openScene(dialect, fine);
    const { token } = scene.proxy;
    await scene.ask({
      headers: {
        ...keyHeader(dialect, token),
        cookie: "a=b",
        forwarded: "for=1.2.3.4",
        "x-forwarded-for": "1.2.3.4",
        "x-forwarded-host": "evil.example",
        "proxy-authorization": "Basic abc",
        te: "trailers",
        "accept-encoding": "gzip",
        "x-http-method-override": "GET",
        "x-goog-fieldmask": "candidates",
        "x-goog-user-project": "other",
        "openai-organization": "other",
        "openai-project": "other",
        "user-agent": `agent with ${token}`,
        accept: "text/event-stream",
      },
    });
    const names = Object.keys(scene.received[0]?.headers ?? {}).sort();
    const key = Object.keys(keyHeader(dialect, ""));
    expect(names).toEqual(
      [...key, "accept", "accept-encoding", "connection", "content-length", "content-type", "host"].sort(),
    );
    expect(scene.received[0]?.headers).toMatchObject({
      "accept-encoding": "identity",
      accept: "text/event-stream",
    });
  });
});

it.each([
  ["anthropic", { authorization: "Bearer TOKEN" }, { authorization: `Bearer ${KEY}` }, undefined],
  ["anthropic", { "x-goog-api-key": "TOKEN" }, { "x-api-key": KEY }, undefined],
  ["openai-chat", { "x-api-key": "TOKEN" }, { authorization: `Bearer ${KEY}` }, undefined],
  ["openai-chat", { authorization: "bearer TOKEN" }, { authorization: `Bearer ${KEY}` }, undefined],
  ["gemini", {}, { "x-goog-api-key": KEY }, "/v1beta/models/m:generateContent?key=TOKEN&alt=json"],
] as const)("takes the token of %s in %j", async (dialect, given, expected, path) => {
  await using scene = await openScene(dialect, fine);
  const put = (text: string) => text.replace("TOKEN", scene.proxy.token);
  const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, put(value)]));
  const seen = await scene.ask({ headers, path: put(path ?? PATHS[dialect]) });
  expect(seen.status).toBe(200);
  expect(scene.received[0]?.headers).toMatchObject(expected);
  expect(JSON.stringify(scene.received)).not.toContain(scene.proxy.token);
});

it("keeps the tokens of ten runs side by side apart", async () => {
  await using scenes = new AsyncDisposableStack();
  const runs = await Promise.all(
    Array.from({ length: 10 }, async () => scenes.use(await openScene("anthropic", fine))),
  );
  expect(new Set(runs.map(({ proxy }) => proxy.token)).size).toBe(10);
  for (const [at, scene] of runs.entries()) {
    const tokens = runs.map(({ proxy }) => proxy.token);
    const answers = await Promise.all(
      tokens.map((token) => scene.ask({ headers: keyHeader("anthropic", token) })),
    );
    expect(answers.map(({ status }) => status)).toEqual(tokens.map((_, other) => (other === at ? 200 : 401)));
    expect(scene.received).toHaveLength(1);
  }
});

it("listens where our account alone can knock", async () => {
  await using scene = await openScene("anthropic", fine);
  const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
  expect(await mode(scene.proxy.socket)).toBe("600");
  expect(await mode(dirname(scene.proxy.socket))).toBe("700");
  expect(scene.proxy.loopback).toBeUndefined();
});

it("listens on loopback too where it is told to, with the same token", async () => {
  await using scene = await openScene("anthropic", fine, { loopback: true });
  const url = `${scene.proxy.loopback}/v1/messages`;
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//);
  const ask = (token: string) =>
    fetch(url, { method: "POST", headers: { "x-api-key": token }, body: bodyOf("anthropic") });
  expect((await ask("wrong")).status).toBe(401);
  expect((await ask(scene.proxy.token)).status).toBe(200);
});

describe("what leads elsewhere", () => {
  const REFUSED: readonly (readonly [DialectName, string, string?])[] = [
    ["anthropic", "/v1/messages", "GET"],
    ["anthropic", "/v1/messages", "DELETE"],
    ["anthropic", "/v1/messages/batches"],
    ["anthropic", "/v1/messages/"],
    ["anthropic", "//v1/messages"],
    ["anthropic", "/v1/../v1/messages"],
    ["anthropic", "/v1/./messages"],
    ["anthropic", "/v1/%6dessages"],
    ["anthropic", "/v1%2fmessages"],
    ["anthropic", "/v1/messages;a=b"],
    ["anthropic", "/v1\\messages"],
    ["anthropic", "/v1/messages#a"],
    ["anthropic", "/v1/messages?a?b"],
    ["anthropic", "/v1/files", "GET"],
    ["anthropic", "/v1/models", "GET"],
    ["anthropic", "http://evil.example/v1/messages"],
    ["anthropic", "http://localhost@evil.example/v1/messages"],
    ["anthropic", "https://localhost/v1/messages"],
    ["anthropic", "*", "OPTIONS"],
    ["openai-responses", "/v1/responses/resp_1", "GET"],
    ["openai-responses", "/v1/responses/../files"],
    ["openai-responses", "/v1/chat/completions"],
    ["openai-chat", "/v1/responses"],
    ["openai-chat", "/v1/embeddings"],
    ["gemini", "/v1beta/models/m:batchGenerateContent"],
    ["gemini", "/v1beta/models/..:generateContent"],
    ["gemini", "/v1beta/models/../files/m:generateContent"],
    ["gemini", "/v1beta/models/a%2fb:generateContent"],
    ["gemini", "/v1beta/tunedModels/m:generateContent"],
    ["gemini", "/v1beta/cachedContents"],
  ];

  it.each(REFUSED)("is refused by %s: %s", async (dialect, path, method = "POST") => {
    await using scene = await openScene(dialect, fine);
    const header = Object.entries(keyHeader(dialect, scene.proxy.token))[0]?.join(": ") ?? "";
    const body = bodyOf(dialect);
    const text = await scene.raw(
      `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${header}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
    expect(text).toContain("nothing else goes through here");
    expect(scene.received).toEqual([]);
  });

  it("never reaches the API, whatever the target of a request is", async () => {
    await using scene = await openScene("gemini", fine);
    const bits = [
      "/",
      "..",
      ".",
      "%2e",
      "%2f",
      "\\",
      ":",
      "v1beta",
      "models",
      "m",
      "?",
      "#",
      "@",
      "//",
      "generateContent",
      ":generateContent",
      "http:",
      "localhost",
      "evil.example",
      "key=",
      "&",
      "alt=sse",
    ];
    const target = fc.oneof(
      fc.array(fc.constantFrom(...bits), { maxLength: 12 }).map((parts) => parts.join("")),
      fc.array(fc.constantFrom(...bits), { maxLength: 8 }).map((parts) => `/v1beta/models/${parts.join("")}`),
      fc.string({ maxLength: 30 }).map((text) => `/${text.replace(/\s/g, "")}`),
    );
    const allowed =
      /^\/v1beta\/models\/[A-Za-z0-9._-]+:(generateContent|streamGenerateContent|countTokens)(\?alt=[^&]*(&alt=[^&]*)*)?$/;
    await fc.assert(
      fc.asyncProperty(target, async (path) => {
        const text = await scene.raw(
          `POST ${path} HTTP/1.1\r\nhost: localhost\r\nx-goog-api-key: ${scene.proxy.token}\r\ncontent-length: 2\r\n\r\n{}`,
        );
        if (!text.startsWith("HTTP/1.1 200")) expect(text).toMatch(/^(HTTP\/1\.1 4\d\d |$)/);
      }),
      { numRuns: 300 },
    );
    for (const { url, method } of scene.received) {
      expect(method).toBe("POST");
      expect(url).toMatch(allowed);
      expect(url).not.toContain("..");
    }
    expectNoKey(scene);
  }, 60_000);

  it("is another host's name", async () => {
    await using scene = await openScene("anthropic", fine, { hosts: ["model.forgehand"] });
    const key = keyHeader("anthropic", scene.proxy.token);
    const status = async (host: string) => (await scene.ask({ headers: { ...key, host } })).status;
    expect(await status("evil.example")).toBe(403);
    expect(await status("model.forgehand.evil.example")).toBe(403);
    expect(await status("localhost:80@evil.example")).toBe(403);
    expect(scene.received).toEqual([]);
    expect(await status("model.forgehand")).toBe(200);
    expect(await status("127.0.0.1:4000")).toBe(200);
  });

  it("is not a whole address of our own name, as a proxy in between writes it", async () => {
    await using scene = await openScene("anthropic", fine, { hosts: ["model.forgehand"] });
    const seen = await scene.ask({ path: "http://model.forgehand/v1/messages?beta=true" });
    expect(seen.status).toBe(200);
    expect(scene.received[0]?.url).toBe("/v1/messages?beta=true");
  });

  it.each([
    ["CONNECT evil.example:443 HTTP/1.1\r\nhost: localhost\r\n\r\n"],
    ["GET /v1/messages HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"],
  ])("is a tunnel or another protocol: %j", async (text) => {
    await using scene = await openScene("anthropic", fine);
    expect(await scene.raw(text)).toMatch(/^HTTP\/1\.1 403 .*opens no tunnels/s);
    expect(scene.received).toEqual([]);
  });

  it("is a redirect of the API, which is not followed", async () => {
    const followed: string[] = [];
    const elsewhere = createServer((request, response) => {
      followed.push(request.url ?? "");
      response.end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    const { port } = elsewhere.address() as AddressInfo;
    const location = `http://127.0.0.1:${port}/steal`;
    for (const status of [301, 302, 303, 304, 307, 308]) {
      await using scene = await openScene("anthropic", whole({}, status, { location }));
      const seen = await scene.ask();
      expect(seen).toMatchObject({ status: 502, body: expect.stringContaining("which is not followed") });
      expect(seen.headers.location).toBeUndefined();
    }
    expect(followed).toEqual([]);
    await new Promise((resolve) => elsewhere.close(resolve));
  });

  it("is what the query says beside the known, which could hide the count of tokens", async () => {
    await using scene = await openScene("gemini", fine);
    await scene.ask({ path: "/v1beta/models/m:generateContent?fields=candidates&alt=json&$fields=a&key=x" });
    expect(scene.received[0]?.url).toBe("/v1beta/models/m:generateContent?alt=json");
  });
});

it("answers the greeting of Claude Code by itself", async () => {
  await using scene = await openScene("anthropic", fine);
  expect(await scene.ask({ method: "HEAD", path: "/api/hello", headers: {} })).toMatchObject({ status: 200 });
  expect(scene.received).toEqual([]);
});

it.each([
  ["http://api.example.com", "https"],
  ["ftp://127.0.0.1", "http(s)"],
  ["https://me:secret@api.example.com", "without credentials"],
  ["https://api.example.com?key=1", "leave out all"],
  ["nonsense", "http(s)"],
])("speaks to no API at %s", async (upstream, words) => {
  await expect(openScene("anthropic", fine, { upstream })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining(words),
  });
});

it("does not say the key that it cannot send", async () => {
  const key = "sk-real\nx-evil: 1";
  const opening = openScene("anthropic", fine, { key });
  await expect(opening).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  await expect(opening).rejects.not.toMatchObject({ message: expect.stringContaining("sk-real") });
});

describe("a body that says something else to us than to the API", () => {
  it.each([
    [
      "names two models",
      "openai-chat",
      '{"model":"gpt-5.4-nano","x":[{"model":1}],"model":"gpt-5.5-pro"}',
      "twice",
    ],
    [
      "names one in disguise",
      "openai-chat",
      '{"model":"gpt-5.4-nano","\\u006dodel" : "gpt-5.5-pro"}',
      "twice",
    ],
    ["names no model", "anthropic", "{}", "names no model"],
    ["is no JSON", "anthropic", "model=a", "no JSON"],
    ["is no object", "anthropic", "[]", "no JSON object"],
    [
      "asks for an answer in the background",
      "openai-responses",
      '{"model":"m","background":true}',
      "background",
    ],
    ["leaves the model to chance", "openai-chat", '{"model":"m","models":["n"]}', "`models`"],
  ] as const)("is refused: it %s", async (_title, dialect, body, words) => {
    await using scene = await openScene(dialect, fine);
    const seen = await scene.ask({ body });
    expect(seen).toMatchObject({ status: 400, body: expect.stringContaining(words) });
    expect(scene.received).toEqual([]);
  });

  it("is refused compressed", async () => {
    await using scene = await openScene("anthropic", fine);
    const headers = { ...keyHeader("anthropic", scene.proxy.token), "content-encoding": "gzip" };
    expect(await scene.ask({ headers })).toMatchObject({ status: 415 });
    expect(scene.received).toEqual([]);
  });

  it("may say the same thing twice further inside, and a key's name in a text", async () => {
    await using scene = await openScene("anthropic", fine);
    const body = '{"model":"m","a":{"b":1,"b":2},"t":"\\"model\\": \\\\","u":["model","model"]}';
    expect(await scene.ask({ body })).toMatchObject({ status: 200 });
    expect(scene.received[0]?.body).toBe(body);
  });
});

it("refuses an answer that came compressed all the same", async () => {
  await using scene = await openScene("anthropic", whole({}, 200, { "content-encoding": "gzip" }));
  expect(await scene.ask()).toMatchObject({ status: 502, body: expect.stringContaining("compressed") });
});
