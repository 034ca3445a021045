import { describe, expect, it } from "@jest/globals";

import { opencode } from "../../../src/agents/presets/opencode.ts";
import type { AgentResult } from "../../../src/core/agent.ts";
import type { Exit } from "../../../src/core/executor.ts";
import { judged } from "../../support/agent-output.ts";

const START = { type: "step_start", sessionID: "ses_1", part: { type: "step-start" } };
const TOOL = { type: "tool_use", part: { type: "tool", tool: "write", state: { status: "completed" } } };
const TEXT = { type: "text", part: { type: "text", text: "Created HELLO.md as asked." } };
const finish = (reason: string, cost = 0) => ({
  type: "step_finish",
  part: {
    reason,
    cost,
    tokens: { total: 1380, input: 1300, output: 20, reasoning: 10, cache: { read: 40, write: 10 } },
  },
});
const problem = (statusCode: number) => ({
  type: "error",
  error: { name: "APIError", data: { message: `stand-in says ${statusCode}`, statusCode } },
});

describe("what opencode prints", () => {
  it("is done by a step that stopped; tokens and cost are sums over all steps", () => {
    const lines = [START, TOOL, finish("tool-calls", 0.002), START, TEXT, finish("stop", 0.001)];
    const result = judged(opencode, lines, 0);
    expect(result).toMatchObject({
      ok: true,
      text: "Created HELLO.md as asked.",
      error: "none",
      message: "",
    });
    expect(result.usage).toMatchObject({
      inputTokens: 2700,
      outputTokens: 60,
      cachedTokens: 80,
      requests: 2,
    });
    expect(result.usage?.cost).toBeCloseTo(0.003);
  });

  it("knows no cost where the model has no price", () => {
    expect(judged(opencode, [TEXT, finish("stop")], 0).usage).not.toHaveProperty("cost");
  });

  it.each<[string, readonly object[], Exit | number, AgentResult["error"]]>([
    ["401", [problem(401)], 1, "auth"],
    ["429", [problem(429)], 1, "rate"],
    ["400", [problem(400)], 1, "model"],
    ["500, where it went on trying until its time was over", [problem(500)], { kind: "timed out" }, "model"],
    ["our clock", [TOOL], { kind: "timed out" }, "timeout"],
    [
      "no key",
      [{ type: "error", error: { name: "ProviderAuthError", data: { message: "no key" } } }],
      1,
      "auth",
    ],
    ["an error without facts", [{ type: "error", error: { name: "UnknownError" } }], 1, "model"],
    ["an error and exit code 0", [problem(401)], 0, "auth"],
    ["an answer that was cut off", [TEXT, finish("length")], 0, "limit"],
    ["a last step that called a tool", [TOOL, finish("tool-calls")], 0, "program"],
    ["another exit code", [TEXT, finish("stop")], 1, "program"],
    ["nothing said", [], 0, "program"],
  ])("fails by %s", (_case, lines, exit, error) => {
    expect(judged(opencode, [START, ...lines], exit)).toMatchObject({ ok: false, error });
  });

  it("is done where it went on after an error", () => {
    expect(judged(opencode, [problem(500), TEXT, finish("stop")], 0).ok).toBe(true);
  });
});
