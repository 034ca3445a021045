import { describe, expect, it } from "@jest/globals";

import { gemini } from "../../../src/agents/presets/gemini.ts";
import type { AgentResult } from "../../../src/core/agent.ts";
import type { Exit } from "../../../src/core/executor.ts";
import { judged } from "../../support/agent-output.ts";

const INIT = { type: "init", session_id: "1", model: "gemini-3-pro-preview" };
const piece = (content: string) => ({ type: "message", role: "assistant", content, delta: true });
const TOOL = { type: "tool_use", tool_name: "write_file", tool_id: "1", parameters: {} };
const DONE = {
  type: "result",
  status: "success",
  stats: { total_tokens: 2250, input_tokens: 2200, output_tokens: 50, cached: 10, tool_calls: 1 },
};

describe("what Gemini CLI prints", () => {
  it("is done by its result; its last words are the pieces since it used a tool", () => {
    const lines = [
      INIT,
      { type: "message", role: "user", content: "Create it." },
      piece("I will."),
      TOOL,
      piece("Created HELLO.md "),
      piece("as asked."),
      DONE,
    ];
    expect(judged(gemini, lines, 0)).toEqual({
      ok: true,
      text: "Created HELLO.md as asked.",
      error: "none",
      message: "",
      usage: { inputTokens: 2200, outputTokens: 50, cachedTokens: 10, requests: 0 },
    });
  });

  it.each<[string, readonly object[], Exit | number, AgentResult["error"]]>([
    ["a login that needs a person", [], 41, "auth"],
    ["bad input", [], 42, "program"],
    ["its limit of turns", [], 53, "limit"],
    ["a folder that it does not trust", [], 55, "program"],
    ["401 modulo 256", [], 145, "auth"],
    ["400 modulo 256", [], 144, "model"],
    ["429 modulo 256", [], 173, "rate"],
    ["500 modulo 256", [], 244, "model"],
    ["another exit code", [], 1, "program"],
    [
      "a result that is an error",
      [{ type: "result", status: "error", error: { message: "status: 429" } }],
      1,
      "rate",
    ],
    [
      "a result that repeats the API's answer",
      [
        {
          type: "result",
          status: "error",
          error: { message: '[API Error: {"error":{"code":401,"message":"no","status":"UNAUTHENTICATED"}}]' },
        },
      ],
      145,
      "auth",
    ],
    ["no result", [piece("Created.")], 0, "program"],
    ["our clock", [], { kind: "timed out" }, "timeout"],
  ])("fails by %s", (_case, lines, exit, error) => {
    expect(judged(gemini, [INIT, ...lines], exit)).toMatchObject({ ok: false, error });
  });
});
