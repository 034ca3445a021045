import type { Ask, Dialect, Turn } from "./turn.ts";
import { fieldsOf, listOf, sent, stringOf, textsOf } from "./turn.ts";

const PATH = /^\/v1beta\/models\/([^/:]+):(streamGenerateContent|generateContent)$/;
const USAGE = {
  promptTokenCount: 1100,
  candidatesTokenCount: 25,
  totalTokenCount: 1125,
  cachedContentTokenCount: 100,
};

const ERRORS: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  429: "RESOURCE_EXHAUSTED",
};

/** The API of Gemini: Gemini CLI. */
export const gemini: Dialect = {
  serves: (path) => PATH.test(path),
  key: { header: "x-goog-api-key", prefix: "" },
  read: (body, path) => {
    const contents = listOf(body.contents);
    const parts = contents.flatMap((content) => listOf(content.parts));
    const [, model = "", method] = PATH.exec(path) ?? [];
    return {
      model,
      tools: listOf(body.tools)
        .flatMap((tool) => listOf(tool.functionDeclarations))
        .map(({ name }) => stringOf(name)),
      answered: parts.some(({ functionResponse }) => functionResponse !== undefined),
      text: textsOf([body.systemInstruction, parts.map(({ text }) => text)]).join("\n"),
      stream: method === "streamGenerateContent",
      json: fieldsOf(body.generationConfig).responseMimeType === "application/json",
    };
  },
  stream: (turn, ask) => [sent(answerOf(turn, ask))],
  whole: answerOf,
  error: (code, message) => ({ error: { code, message, status: ERRORS[code] ?? "INTERNAL" } }),
};

function answerOf({ text, call }: Turn, { model }: Ask): object {
  const part = call === undefined ? { text } : { functionCall: { name: call.name, args: call.input } };
  const content = { role: "model", parts: [part] };
  return {
    candidates: [{ content, finishReason: "STOP", index: 0 }],
    usageMetadata: USAGE,
    modelVersion: model,
  };
}
