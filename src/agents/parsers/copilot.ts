import { z } from "zod";

import type { Failure, Parser, Said } from "./parser.ts";
import { jsonLines } from "./parser.ts";
import { failureOfStatus } from "./status.ts";

/** `copilot --output-format json`, version 1.0.102: what we use of its lines. */
const Line = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("assistant.message"),
    data: z.object({ content: z.string() }),
  }),
  z.object({
    type: z.literal("model.call_failure"),
    data: z.object({ statusCode: z.number().optional(), errorMessage: z.string().optional() }),
  }),
  z.object({
    type: z.literal("tool.execution_complete"),
    data: z.object({
      success: z.boolean(),
      toolName: z.string().optional(),
      error: z.object({ code: z.string() }).optional().catch(undefined),
    }),
  }),
  z.object({ type: z.literal("result"), exitCode: z.number() }),
]);

/** Tools that are named at most. */
const MOST_TOOLS = 20;

/** What Copilot CLI prints. It counts its tokens in a file of its own, which `usage-file.ts` reads. */
export function copilotParser(): Parser {
  let text = "";
  let exitCode: number | undefined;
  let failure: Failure | undefined;
  const denied = new Set<string>();

  const take = (object: object): void => {
    const line = Line.safeParse(object).data;
    if (line === undefined) return;
    if (line.type === "result") exitCode = line.exitCode;
    else if (line.type === "assistant.message") {
      failure = undefined;
      // A message that only calls a tool is empty.
      text = line.data.content || text;
    } else if (line.type === "model.call_failure") {
      const { statusCode, errorMessage } = line.data;
      failure = statusCode === undefined ? noAnswer(errorMessage) : failureOfStatus(statusCode, errorMessage);
    } else if (!line.data.success && line.data.error?.code === "denied" && denied.size < MOST_TOOLS) {
      denied.add(line.data.toolName ?? "a tool");
    }
  };

  const said = (): Said => ({
    done: exitCode === 0,
    text,
    denied: [...denied],
    ...(failure === undefined ? {} : exitCode === undefined ? { retrying: failure } : { failed: failure }),
  });
  return jsonLines(take, said);
}

function noAnswer(detail = "The model's API could not be reached."): Failure {
  return { error: "model", detail };
}
