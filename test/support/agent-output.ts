import type { AgentResult } from "../../src/core/agent.ts";
import type { Exit } from "../../src/core/executor.ts";
import { judge } from "../../src/agents/judge.ts";
import type { Preset } from "../../src/agents/preset.ts";

/** What a preset makes of lines that its program printed, given as objects or as they are, and of its end. */
export function judged(
  preset: Preset,
  lines: readonly (object | string)[],
  exit: Exit | number,
): AgentResult {
  const parser = preset.parser();
  for (const line of lines) parser.push(`${typeof line === "string" ? line : JSON.stringify(line)}\n`);
  return judge(parser.said(), {
    exit: typeof exit === "number" ? { kind: "exited", code: exit } : exit,
    done: preset.done,
    ...(preset.meaning ? { meaning: preset.meaning } : {}),
  });
}
