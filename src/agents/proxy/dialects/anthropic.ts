import type { Dialect, Json, Told } from "../dialect.ts";
import { countOf, isObject, known } from "../dialect.ts";

const ERRORS: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
};

/** Anthropic Messages: https://platform.claude.com/docs/en/api/messages. Spoken by Claude Code. */
export const anthropic: Dialect = {
  name: "anthropic",
  root: "",
  vendor: "https://api.anthropic.com",
  routes: [
    { method: "POST", path: /^\/v1\/messages$/, kind: "answer" },
    { method: "POST", path: /^\/v1\/messages\/count_tokens$/, kind: "count" },
    // Claude Code asks for it once before its first request and does not care for the answer.
    { method: "HEAD", path: /^\/api\/hello$/, kind: "greeting" },
  ],
  query: ["beta"],
  headers: /^(anthropic-(version|beta|dangerous-direct-browser-access)|x-app|x-stainless-[a-z-]+)$/,
  carriers: ["x-api-key", "bearer"],
  // Claude Code 2.1 ends at 400 with exit code 1; 401 it asks again for minutes.
  givesUpAt: 400,
  error: (status, message) => ({
    type: "error",
    error: { type: ERRORS[status] ?? "api_error", message },
  }),
  prepare: () => ({ kind: "fine" }),
  tell,
};

/**
 * Input is told by `message_start`, output by each `message_delta` (a sum so far). `input_tokens` is only what neither
 * came out of a cache nor was written to one.
 */
function tell(piece: Json): Told | undefined {
  const message = isObject(piece.message) ? piece.message : piece;
  const { usage } = message;
  if (!isObject(usage)) return undefined;
  const fresh = countOf(usage.input_tokens);
  const cached = countOf(usage.cache_read_input_tokens);
  const cacheWrite = countOf(usage.cache_creation_input_tokens);
  const kept = isObject(usage.cache_creation) ? usage.cache_creation : {};
  const counts = {
    input: fresh === undefined ? undefined : fresh + (cached ?? 0) + (cacheWrite ?? 0),
    cached,
    cacheWrite,
    hourWrite: countOf(kept.ephemeral_1h_input_tokens),
    output: countOf(usage.output_tokens),
  };
  const final = piece.type === "message_delta" || piece.type === "message";
  return { ...known(counts), final: final && counts.output !== undefined };
}
