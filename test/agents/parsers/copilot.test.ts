import { describe, expect, it } from "@jest/globals";

import { copilot } from "../../../src/agents/presets/copilot.ts";
import type { AgentResult } from "../../../src/core/agent.ts";
import type { Exit } from "../../../src/core/executor.ts";
import { judged } from "../../support/agent-output.ts";

const line = (type: string, data: object) => ({ type, data, id: "1", timestamp: "x" });
const words = (content: string) => line("assistant.message", { messageId: "1", content });
const failure = (statusCode: number) => line("model.call_failure", { statusCode });
const result = (exitCode: number) => ({ type: "result", sessionId: "1", exitCode, usage: {} });

describe("what Copilot CLI prints", () => {
  it("is done by its result; a message that only calls a tool says nothing", () => {
    const lines = [
      line("session.info", {}),
      words("Created HELLO.md as asked."),
      words(""),
      line("tool.execution_complete", { success: true, toolName: "create" }),
      result(0),
    ];
    expect(judged(copilot, lines, 0)).toEqual({
      ok: true,
      text: "Created HELLO.md as asked.",
      error: "none",
      message: "",
    });
  });

  it("goes on after a call of the model failed", () => {
    expect(judged(copilot, [failure(500), words("Done."), result(0)], 0).ok).toBe(true);
  });

  it.each<[string, readonly object[], Exit | number, AgentResult["error"]]>([
    ["401", [failure(401), result(1)], 1, "auth"],
    ["429", [failure(429), result(1)], 1, "rate"],
    ["500", [failure(500), result(1)], 1, "model"],
    ["401 without a result", [failure(401)], 1, "auth"],
    ["our clock while the API failed", [failure(429)], { kind: "timed out" }, "rate"],
    ["a result of success and another exit code", [words("Done."), result(0)], 1, "program"],
    ["no result", [words("Done.")], 0, "program"],
  ])("fails by %s", (_case, lines, exit, error) => {
    expect(judged(copilot, lines, exit)).toMatchObject({ ok: false, error });
  });

  it("names the tools that it may not use", () => {
    const denied = line("tool.execution_complete", {
      success: false,
      toolName: "bash",
      error: { code: "denied" },
    });
    expect(judged(copilot, [denied, words("I could not."), result(0)], 0)).toMatchObject({
      ok: true,
      error: "denied",
      message: "It was not allowed to use: bash.",
    });
  });
});
