import type { Dialect, Json, Told } from "../dialect.ts";
import { countOf, isObject, known } from "../dialect.ts";

const STATUS: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  502: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

const MODEL = "(?<model>[A-Za-z0-9][A-Za-z0-9._-]*)";
const route = (verbs: string) => new RegExp(`^/v1beta/models/${MODEL}:(?:${verbs})$`);

/** Gemini: https://ai.google.dev/api/generate-content. Spoken by Gemini CLI. */
export const gemini: Dialect = {
  name: "gemini",
  root: "",
  vendor: "https://generativelanguage.googleapis.com",
  routes: [
    { method: "POST", path: route("generateContent|streamGenerateContent"), kind: "answer" },
    { method: "POST", path: route("countTokens"), kind: "count" },
  ],
  // `fields` and its header would leave the count of tokens out of the answer, so neither goes on.
  query: ["alt"],
  headers: /^x-goog-api-client$/,
  carriers: ["x-goog-api-key"],
  // Gemini CLI 0.61 ends at 400 and 401; 429 and 500 it asks again for as long as it was watched.
  givesUpAt: 400,
  error: (status, message) => ({ error: { code: status, message, status: STATUS[status] ?? "INTERNAL" } }),
  prepare: () => ({ kind: "fine" }),
  tell,
};

/**
 * Each piece of a stream tells sums so far. `promptTokenCount` counts those out of the cache too; what tools put in and
 * what is thought comes on top.
 */
function tell(piece: Json): Told | undefined {
  const { usageMetadata: usage, candidates, promptFeedback } = piece;
  if (!isObject(usage)) return undefined;
  const prompt = countOf(usage.promptTokenCount);
  const said = countOf(usage.candidatesTokenCount);
  const thought = countOf(usage.thoughtsTokenCount);
  const counts = {
    input: prompt === undefined ? undefined : prompt + (countOf(usage.toolUsePromptTokenCount) ?? 0),
    cached: countOf(usage.cachedContentTokenCount),
    output: (said ?? 0) + (thought ?? 0),
  };
  const first: unknown = Array.isArray(candidates) ? candidates[0] : undefined;
  const ended = isObject(first) && typeof first.finishReason === "string";
  return { ...known(counts), final: ended || isObject(promptFeedback) };
}
