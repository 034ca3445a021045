import { z } from "zod";

import type { Usage } from "../../core/agent.ts";
import type { Failure, Parser, Said } from "./parser.ts";
import { jsonLines } from "./parser.ts";
import { failureOfSentence, failureOfStatus } from "./status.ts";

const count = z.number().nonnegative().catch(0);

/** `opencode run --format json`, version 1.18.33: what we use of its lines. */
const Line = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), part: z.object({ text: z.string() }) }),
  z.object({
    type: z.literal("step_finish"),
    part: z.object({
      reason: z.string().catch(""),
      cost: z.number().optional().catch(undefined),
      tokens: z
        .object({
          input: count,
          output: count,
          reasoning: count,
          cache: z.object({ read: count, write: count }).catch({ read: 0, write: 0 }),
        })
        .optional()
        .catch(undefined),
    }),
  }),
  z.object({
    type: z.literal("error"),
    error: z.object({
      name: z.string().catch("Error"),
      data: z
        .object({ message: z.string().optional(), statusCode: z.number().optional() })
        .optional()
        .catch(undefined),
    }),
  }),
]);
type Problem = Extract<z.infer<typeof Line>, { type: "error" }>["error"];

/** What opencode prints. It is done when a step finished with the reason `stop`; tokens and cost are sums over all steps. */
export function opencodeParser(): Parser {
  let text = "";
  let reason = "";
  let failed: Failure | undefined;
  let usage: Usage | undefined;

  const take = (object: object): void => {
    const line = Line.safeParse(object).data;
    if (line === undefined) return;
    if (line.type === "text") text = line.part.text;
    else if (line.type === "error") failed = failureOf(line.error);
    else {
      reason = line.part.reason;
      // It went on after an error.
      failed = undefined;
      const { tokens, cost } = line.part;
      if (tokens === undefined) return;
      const cached = tokens.cache.read + tokens.cache.write;
      const before = usage ?? { inputTokens: 0, outputTokens: 0, cachedTokens: 0, requests: 0 };
      // Without prices of the model its cost is 0, which says nothing.
      const spent = (before.cost ?? 0) + (cost ?? 0);
      usage = {
        inputTokens: before.inputTokens + tokens.input + cached,
        outputTokens: before.outputTokens + tokens.output + tokens.reasoning,
        cachedTokens: before.cachedTokens + tokens.cache.read,
        requests: before.requests + 1,
        ...(spent > 0 ? { cost: spent } : {}),
      };
    }
  };

  const said = (): Said => {
    const end = failed ?? (reason === "length" ? TOO_LONG : undefined);
    return {
      done: end === undefined && reason === "stop",
      text,
      denied: [],
      ...(end ? { failed: end } : {}),
      ...(usage ? { usage } : {}),
    };
  };
  return jsonLines(take, said);
}

const TOO_LONG: Failure = { error: "limit", detail: "The model's answer was cut off at its longest length." };

function failureOf({ name, data }: Problem): Failure {
  const detail = data?.message ?? name;
  if (data?.statusCode !== undefined) return failureOfStatus(data.statusCode, detail);
  if (name === "ProviderAuthError") return { error: "auth", detail };
  if (name === "MessageOutputLengthError") return TOO_LONG;
  return failureOfSentence(detail);
}
