import { z } from "zod";

import type { Usage } from "../../core/agent.ts";
import type { Failure, Parser, Said } from "./parser.ts";
import { jsonLines } from "./parser.ts";
import { failureOfSentence, failureOfStatus } from "./status.ts";

const count = z.number().nonnegative().catch(0);

/** `claude -p --output-format stream-json --verbose`, version 2.1.330: what we use of its lines. */
const Line = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("system"),
    subtype: z.string().optional(),
    error_status: z.number().nullish(),
    error: z.string().nullish(),
  }),
  z.object({
    type: z.literal("assistant"),
    message: z.object({
      id: z.string().catch(""),
      content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })).catch([]),
    }),
  }),
  z.object({
    type: z.literal("result"),
    subtype: z.string().catch(""),
    is_error: z.boolean(),
    result: z.string().optional(),
    errors: z.array(z.string()).catch([]),
    api_error_status: z.number().nullish(),
    total_cost_usd: z.number().optional().catch(undefined),
    usage: z
      .object({
        input_tokens: count,
        cache_creation_input_tokens: count,
        cache_read_input_tokens: count,
        output_tokens: count,
      })
      .optional()
      .catch(undefined),
    permission_denials: z.array(z.object({ tool_name: z.string() })).catch([]),
  }),
]);
type Line = z.infer<typeof Line>;
type Result = Extract<Line, { type: "result" }>;

/** What Claude Code prints. One answer of the API becomes several `assistant` lines of one id; the last `result` counts. */
export function claudeParser(): Parser {
  let text = "";
  let retrying: Failure | undefined;
  let result: Result | undefined;
  /** The answer seen last, to count each once. */
  let answer: string | undefined;
  let answers = 0;

  const take = (object: object): void => {
    const line = Line.safeParse(object).data;
    if (line === undefined) return;
    if (line.type === "result") result = line;
    else if (line.type === "assistant") {
      retrying = undefined;
      if (line.message.id !== answer) answers++;
      answer = line.message.id;
      text = line.message.content.findLast((block) => block.type === "text")?.text ?? text;
    } else if (line.subtype === "api_retry") {
      retrying = typeof line.error_status === "number" ? failureOfStatus(line.error_status) : NO_ANSWER;
    }
  };

  const said = (): Said => {
    if (result === undefined) return { done: false, text, denied: [], ...(retrying ? { retrying } : {}) };
    const denied = [...new Set(result.permission_denials.map(({ tool_name }) => tool_name))];
    const usage = usageOf(result, answers);
    const shared = { denied, ...(usage ? { usage } : {}) };
    if (!result.is_error) return { done: true, text: result.result ?? text, ...shared };
    return { done: false, text, failed: failureOf(result), ...shared };
  };
  return jsonLines(take, said);
}

const NO_ANSWER: Failure = { error: "timeout", detail: "The model's API could not be reached." };

/** An API failure has the subtype `success` and `is_error`; a limit of its own has a subtype that names it. */
function failureOf({ subtype, errors, result, api_error_status: status }: Result): Failure {
  const detail = result ?? errors.join(" ");
  if (subtype.startsWith("error_max_")) return { error: "limit", detail: detail || "A limit was reached." };
  if (typeof status === "number") return failureOfStatus(status, detail || undefined);
  return failureOfSentence(detail || "It failed and did not say why.");
}

/** Its `input_tokens` leave out what was written to a cache or read from one. */
function usageOf({ usage, total_cost_usd: cost }: Result, requests: number): Usage | undefined {
  if (usage === undefined) return undefined;
  return {
    inputTokens: usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens,
    outputTokens: usage.output_tokens,
    cachedTokens: usage.cache_read_input_tokens,
    requests,
    ...(cost === undefined ? {} : { cost }),
  };
}
