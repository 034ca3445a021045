import type { Dialect, Json, Told } from "../dialect.ts";
import { countOf, isObject, known } from "../dialect.ts";
import { openaiError } from "./openai-error.ts";

/** OpenAI Responses: https://platform.openai.com/docs/api-reference/responses. Spoken by Codex. */
export const openaiResponses: Dialect = {
  name: "openai-responses",
  root: "/v1",
  vendor: "https://api.openai.com/v1",
  routes: [{ method: "POST", path: /^\/v1\/responses$/, kind: "answer" }],
  query: [],
  headers:
    /^(openai-beta|originator|version|session[_-]id|conversation[_-]id|x-client-request-id|x-codex-[a-z-]+)$/,
  carriers: ["bearer"],
  // Codex 0.169 ends at 400 after one request; 401 and 429 it asks again.
  givesUpAt: 400,
  error: openaiError,
  prepare: (body) =>
    body.background === true
      ? {
          kind: "refused",
          why: "an answer in the background is fetched later, so its tokens could not be counted: ask without `background`",
        }
      : { kind: "fine" },
  tell,
};

const ENDS: readonly unknown[] = ["response.completed", "response.incomplete", "response.failed"];

/** `input_tokens` counts those out of the cache too, `output_tokens` those of reasoning. */
function tell(piece: Json): Told | undefined {
  const response = isObject(piece.response) ? piece.response : piece;
  const { usage } = response;
  if (!isObject(usage)) return undefined;
  const details = isObject(usage.input_tokens_details) ? usage.input_tokens_details : {};
  const counts = {
    input: countOf(usage.input_tokens),
    cached: countOf(details.cached_tokens),
    output: countOf(usage.output_tokens),
  };
  const final = ENDS.includes(piece.type) || piece.object === "response";
  return { ...known(counts), final: final && counts.output !== undefined };
}
