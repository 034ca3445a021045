import { describe, expect, it } from "@jest/globals";

import type { DialectName } from "../../../src/agents/proxy/dialect.ts";
import type { Answer } from "./scene.ts";
import { bodyOf, events, named, openScene, unnamed, whole } from "./scene.ts";

interface Row {
  readonly title: string;
  readonly dialect: DialectName;
  readonly answer: Answer;
  readonly usage: object;
  readonly path?: string;
}
const row = (title: string, dialect: DialectName, answer: Answer, usage: object, path?: string): Row => ({
  title,
  dialect,
  answer,
  usage,
  ...(path === undefined ? {} : { path }),
});

const start = (usage: object) => ({ type: "message_start", message: { id: "m", usage } });
const delta = (usage: object) => ({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage });
const anthropicUsage = {
  input_tokens: 100,
  cache_creation_input_tokens: 20,
  cache_read_input_tokens: 3_000,
  output_tokens: 1,
};
const responsesUsage = {
  input_tokens: 1_500,
  input_tokens_details: { cached_tokens: 1_024 },
  output_tokens: 42,
  output_tokens_details: { reasoning_tokens: 30 },
};
const chatUsage = {
  prompt_tokens: 1_300,
  completion_tokens: 30,
  prompt_tokens_details: { cached_tokens: 256 },
};
const geminiUsage = {
  promptTokenCount: 1_100,
  cachedContentTokenCount: 512,
  candidatesTokenCount: 25,
  thoughtsTokenCount: 75,
  toolUsePromptTokenCount: 9,
};
const candidate = (finishReason?: string) => ({ content: { parts: [{ text: "Hi" }] }, finishReason });

// prettier-ignore
const TOLD: readonly Row[] = [
  row("Anthropic, streamed", "anthropic",
    events(named(start(anthropicUsage), delta({ output_tokens: 20 }), delta({ output_tokens: 34 }), { type: "message_stop" })),
    { inputTokens: 3_120, cachedTokens: 3_000, outputTokens: 34 }),
  row("Anthropic, streamed, told again at the end", "anthropic",
    events(named(start({ ...anthropicUsage, output_tokens: 0 }), delta({ ...anthropicUsage, output_tokens: 34 }))),
    { inputTokens: 3_120, cachedTokens: 3_000, outputTokens: 34 }),
  row("Anthropic, whole", "anthropic", whole({ type: "message", usage: { ...anthropicUsage, output_tokens: 34 } }),
    { inputTokens: 3_120, cachedTokens: 3_000, outputTokens: 34 }),
  row("Responses, streamed", "openai-responses",
    events(named({ type: "response.created", response: { usage: null } } as never, { type: "response.completed", response: { usage: responsesUsage } } as never)),
    { inputTokens: 1_500, cachedTokens: 1_024, outputTokens: 42 }),
  row("Responses, ended early", "openai-responses",
    events(named({ type: "response.incomplete", response: { usage: responsesUsage } } as never)),
    { inputTokens: 1_500, cachedTokens: 1_024, outputTokens: 42 }),
  row("Responses, whole", "openai-responses", whole({ object: "response", usage: responsesUsage }),
    { inputTokens: 1_500, cachedTokens: 1_024, outputTokens: 42 }),
  row("Chat Completions, streamed", "openai-chat",
    events(unnamed({ choices: [{ index: 0, delta: { content: "Hi" } }], usage: null }, { choices: [], usage: chatUsage }, "[DONE]")),
    { inputTokens: 1_300, cachedTokens: 256, outputTokens: 30 }),
  row("Chat Completions, with sums so far", "openai-chat",
    events(unnamed({ choices: [{ finish_reason: null }], usage: { ...chatUsage, completion_tokens: 7 } }, { choices: [{ finish_reason: "stop" }], usage: chatUsage })),
    { inputTokens: 1_300, cachedTokens: 256, outputTokens: 30 }),
  row("Chat Completions, whole", "openai-chat", whole({ choices: [{ finish_reason: "stop" }], usage: chatUsage }),
    { inputTokens: 1_300, cachedTokens: 256, outputTokens: 30 }),
  row("Gemini, streamed as events", "gemini",
    events(unnamed({ candidates: [candidate()], usageMetadata: { promptTokenCount: 1_100, candidatesTokenCount: 3 } }, { candidates: [candidate("STOP")], usageMetadata: geminiUsage })),
    { inputTokens: 1_109, cachedTokens: 512, outputTokens: 100 }),
  row("Gemini, streamed as an array", "gemini",
    whole([{ candidates: [candidate()], usageMetadata: { promptTokenCount: 1_100 } }, { candidates: [candidate("STOP")], usageMetadata: geminiUsage }]),
    { inputTokens: 1_109, cachedTokens: 512, outputTokens: 100 }, "/v1beta/models/gemini-2.5-pro:streamGenerateContent"),
  row("Gemini, whole", "gemini", whole({ candidates: [candidate("STOP")], usageMetadata: geminiUsage }),
    { inputTokens: 1_109, cachedTokens: 512, outputTokens: 100 }, "/v1beta/models/gemini-2.5-pro:generateContent"),
];

describe("counts the tokens that the API tells of", () => {
  it.each(TOLD)("$title", async ({ dialect, answer, usage, path }) => {
    await using scene = await openScene(dialect, answer);
    const seen = await scene.ask(path === undefined ? {} : { path });
    expect(seen).toMatchObject({ status: 200, cut: false });
    expect(scene.proxy.usage()).toMatchObject({ ...usage, requests: 1 });
  });

  it.each(TOLD)("$title, though it comes byte by byte", async ({ dialect, answer, usage, path }) => {
    const inPieces: Answer = (response, received) => {
      const end = response.end.bind(response) as () => typeof response;
      response.end = ((text: string) => {
        for (const byte of Buffer.from(text)) response.write(Buffer.of(byte));
        return end();
      }) as typeof response.end;
      answer(response, received);
    };
    await using scene = await openScene(dialect, inPieces);
    await scene.ask(path === undefined ? {} : { path });
    expect(scene.proxy.usage()).toMatchObject({ ...usage, requests: 1 });
  });
});

it("adds up the requests of a run, and what they cost", async () => {
  await using scene = await openScene("openai-chat", whole({ choices: [], usage: chatUsage }));
  await scene.ask();
  await scene.ask();
  expect(scene.proxy.usage()).toEqual({
    inputTokens: 2_600,
    cachedTokens: 512,
    outputTokens: 60,
    requests: 2,
    cost: expect.closeTo((2 * (1_044 * 5 + 256 * 0.5 + 30 * 30)) / 1_000_000),
  });
});

it("has no cost where a model without a price was asked, though others have one", async () => {
  await using scene = await openScene("openai-chat", whole({ choices: [], usage: chatUsage }));
  await scene.ask({ body: bodyOf("openai-chat", { model: "somebody's own" }) });
  await scene.ask();
  expect(scene.proxy.usage()).toEqual({
    inputTokens: 2_600,
    cachedTokens: 512,
    outputTokens: 60,
    requests: 2,
  });
});

it("takes the owner's price over the listed one", async () => {
  await using scene = await openScene("openai-chat", whole({ choices: [], usage: chatUsage }), {
    prices: { "gpt-5*": { input: 1_000, cachedInput: 0, output: 0 } },
  });
  await scene.ask();
  expect(scene.proxy.usage().cost).toBeCloseTo(1.044);
});

it("counts nothing for an error, nor for counting tokens", async () => {
  await using failing = await openScene("anthropic", whole({ type: "error" }, 529));
  expect(await failing.ask()).toMatchObject({ status: 529 });
  expect(failing.proxy.usage().requests).toBe(0);
  await using counting = await openScene("anthropic", whole({ input_tokens: 7 }));
  expect(await counting.ask({ path: "/v1/messages/count_tokens" })).toMatchObject({ status: 200 });
  expect(counting.proxy.usage().requests).toBe(0);
});

describe("what is not told", () => {
  const body = bodyOf("anthropic", { system: "x".repeat(4_000) });
  const asked = Math.ceil(body.length / 4);

  it("is estimated from the bytes where an answer tells no tokens", async () => {
    await using scene = await openScene("anthropic", whole({ text: "y".repeat(400) }));
    const seen = await scene.ask({ body });
    expect(scene.proxy.usage()).toMatchObject({
      inputTokens: asked,
      outputTokens: Math.ceil(seen.body.length / 4),
      requests: 1,
    });
  });

  it("is estimated where the API cuts a stream off, and what it told stays", async () => {
    await using scene = await openScene("anthropic", (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(named(start(anthropicUsage)) + ": ".padEnd(4_000, "z"), () => response.destroy());
    });
    const seen = await scene.ask({ body });
    expect(seen.cut).toBe(true);
    await scene.proxy.close();
    const { inputTokens, outputTokens } = scene.proxy.usage();
    expect(inputTokens).toBe(3_120);
    expect(outputTokens).toBeGreaterThanOrEqual(1_000);
  });

  it("is estimated where a stream ends without its last words", async () => {
    const answer = events(named(start(anthropicUsage)) + `: ${"z".repeat(4_000)}\n\n`);
    await using scene = await openScene("anthropic", answer);
    await scene.ask({ body });
    expect(scene.proxy.usage().outputTokens).toBeGreaterThanOrEqual(1_000);
  });

  it("counts the question where the program leaves before the answer", async () => {
    const leave = new AbortController();
    await using scene = await openScene("anthropic", () => leave.abort());
    await expect(scene.ask({ body, signal: leave.signal })).rejects.toThrow();
    await scene.proxy.close();
    expect(scene.proxy.usage()).toMatchObject({ inputTokens: asked, requests: 1 });
  });

  it("counts nothing where nobody was reached", async () => {
    await using scene = await openScene("anthropic", whole({}), { upstream: "http://127.0.0.1:1" });
    expect(await scene.ask({ body })).toMatchObject({ status: 502 });
    expect(scene.proxy.usage().requests).toBe(0);
  });
});

describe("a stream of Chat Completions", () => {
  const asked = { model: "gpt-5.5", messages: [], stream: true };

  it.each([
    ["did not ask", asked, { include_usage: true }],
    ["asked not to", { ...asked, stream_options: { include_usage: false } }, { include_usage: true }],
    [
      "asked for something else",
      { ...asked, stream_options: { include_obfuscation: false } },
      { include_obfuscation: false, include_usage: true },
    ],
  ])("is asked to tell its tokens where the program %s", async (_title, body, options) => {
    await using scene = await openScene("openai-chat", whole({}));
    await scene.ask({ body: JSON.stringify(body) });
    expect(JSON.parse(scene.received[0]?.body ?? "")).toEqual({ ...asked, stream_options: options });
  });

  it.each([
    [
      "that asks for its tokens",
      '{ "stream":true, "model":"m","stream_options":{"include_usage":true}, "seed":12345678901234567890 }',
    ],
    ["without a stream", '{ "model":"m", "seed":12345678901234567890 }'],
  ])("goes on byte for byte %s", async (_title, body) => {
    await using scene = await openScene("openai-chat", whole({}));
    await scene.ask({ body });
    expect(scene.received[0]?.body).toBe(body);
  });
});
