import type { Dialect, Json, Prepared, Told } from "../dialect.ts";
import { countOf, isObject, known } from "../dialect.ts";
import { openaiError } from "./openai-error.ts";

/**
 * OpenAI Chat Completions: https://platform.openai.com/docs/api-reference/chat. Spoken by opencode, Copilot, Qwen, and
 * by most servers of models.
 */
export const openaiChat: Dialect = {
  name: "openai-chat",
  root: "/v1",
  vendor: "https://api.openai.com/v1",
  routes: [{ method: "POST", path: /^\/v1\/chat\/completions$/, kind: "answer" }],
  query: [],
  headers: /^(openai-beta|http-referer|x-title|x-client-request-id|x-stainless-[a-z-]+)$/,
  carriers: ["bearer"],
  // opencode 1.18, Copilot 1.0 and Qwen 0.24 all end at 401; opencode asks again at 400, and all of them at 429.
  givesUpAt: 401,
  error: openaiError,
  prepare,
  tell,
};

/** A stream tells its tokens only where that was asked for, in a last chunk without choices. We ask where nobody did. */
function prepare(body: Json): Prepared {
  if (body.models !== undefined) {
    return {
      kind: "refused",
      why: "with a list of `models` the price depends on which of them answers: ask one `model`",
    };
  }
  if (body.stream !== true) return { kind: "fine" };
  const options = isObject(body.stream_options) ? body.stream_options : {};
  if (options.include_usage === true) return { kind: "fine" };
  return { kind: "fine", changed: { ...body, stream_options: { ...options, include_usage: true } } };
}

/** `prompt_tokens` counts those out of the cache too. Some servers tell a sum so far in each chunk. */
function tell(piece: Json): Told | undefined {
  const { usage, choices } = piece;
  if (!isObject(usage)) return undefined;
  const details = isObject(usage.prompt_tokens_details) ? usage.prompt_tokens_details : {};
  const counts = {
    input: countOf(usage.prompt_tokens),
    cached: countOf(details.cached_tokens),
    output: countOf(usage.completion_tokens),
  };
  const ends = !Array.isArray(choices) || choices.every(isEnded);
  return { ...known(counts), final: ends && counts.output !== undefined };
}

function isEnded(choice: unknown): boolean {
  return isObject(choice) && typeof choice.finish_reason === "string";
}
