import { z } from "zod";

import type { Usage } from "../../core/agent.ts";
import type { Failure, Parser, Said } from "./parser.ts";
import { jsonLines } from "./parser.ts";
import { failureOfSentence } from "./status.ts";

/** Characters of its words that are kept: the last ones. */
const KEPT = 64 * 1024;
const count = z.number().nonnegative().catch(0);

/** `gemini -o stream-json`, version 0.61.0: what we use of its lines. */
const Line = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("message"),
    role: z.string(),
    content: z.string(),
    delta: z.boolean().optional(),
  }),
  z.object({ type: z.literal("tool_use") }),
  z.object({
    type: z.literal("result"),
    status: z.string(),
    error: z.object({ message: z.string() }).optional().catch(undefined),
    stats: z.object({ input_tokens: count, output_tokens: count, cached: count }).optional().catch(undefined),
  }),
]);
type Result = Extract<z.infer<typeof Line>, { type: "result" }>;

/** What Gemini CLI prints. Its words come in pieces, marked `delta`, which belong together until it uses a tool. */
export function geminiParser(): Parser {
  let text = "";
  let open = false;
  let result: Result | undefined;

  const take = (object: object): void => {
    const line = Line.safeParse(object).data;
    if (line === undefined) return;
    if (line.type === "result") result = line;
    else if (line.type === "tool_use") open = false;
    else if (line.role === "assistant") {
      text = (line.delta === true && open ? text + line.content : line.content).slice(-KEPT);
      open = line.delta === true;
    }
  };

  const said = (): Said => {
    const failed = failureOf(result);
    const usage = usageOf(result);
    return {
      done: result?.status === "success",
      text,
      denied: [],
      ...(failed ? { failed } : {}),
      ...(usage ? { usage } : {}),
    };
  };
  return jsonLines(take, said);
}

function failureOf(result: Result | undefined): Failure | undefined {
  if (result === undefined || result.status === "success") return undefined;
  return failureOfSentence(result.error?.message ?? "It failed and did not say why.");
}

function usageOf(result: Result | undefined): Usage | undefined {
  if (result?.stats === undefined) return undefined;
  const { input_tokens: inputTokens, output_tokens: outputTokens, cached: cachedTokens } = result.stats;
  return { inputTokens, outputTokens, cachedTokens, requests: 0 };
}
