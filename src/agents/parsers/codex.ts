import { z } from "zod";

import type { Usage } from "../../core/agent.ts";
import type { Failure, Parser, Said } from "./parser.ts";
import { jsonLines } from "./parser.ts";
import { failureOfSentence } from "./status.ts";

const count = z.number().nonnegative().catch(0);

/** `codex exec --json`, version 0.169.0: what we use of its lines. */
const Line = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("item.completed"),
    item: z.object({ type: z.string(), text: z.string().optional() }),
  }),
  z.object({
    type: z.literal("turn.completed"),
    usage: z
      .object({ input_tokens: count, cached_input_tokens: count, output_tokens: count })
      .optional()
      .catch(undefined),
  }),
  z.object({ type: z.literal("error"), message: z.string() }),
  z.object({ type: z.literal("turn.failed"), error: z.object({ message: z.string() }) }),
]);

/**
 * What Codex prints. An `error` that reconnects is not final, and an item of the type `error` is a warning only, such as
 * of a model that it does not know.
 */
export function codexParser(): Parser {
  let text = "";
  let done = false;
  let usage: Usage | undefined;
  let retrying: Failure | undefined;
  let failed: Failure | undefined;

  const take = (object: object): void => {
    const line = Line.safeParse(object).data;
    if (line === undefined) return;
    if (line.type === "item.completed") {
      if (line.item.type === "error") return;
      retrying = undefined;
      if (line.item.type === "agent_message") text = line.item.text ?? text;
    } else if (line.type === "turn.completed") {
      done = true;
      usage = line.usage && {
        inputTokens: line.usage.input_tokens,
        outputTokens: line.usage.output_tokens,
        cachedTokens: line.usage.cached_input_tokens,
        requests: 0,
      };
    } else if (line.type === "turn.failed") {
      // What was said of the failure before names the status more often than the last word does.
      const last = failureOfSentence(line.error.message);
      failed = last.error === "model" && retrying !== undefined ? retrying : last;
    } else retrying = failureOfSentence(line.message);
  };

  const said = (): Said => ({
    done: done && failed === undefined,
    text,
    denied: [],
    ...(failed ? { failed } : retrying && !done ? { retrying } : {}),
    ...(usage ? { usage } : {}),
  });
  return jsonLines(take, said);
}
