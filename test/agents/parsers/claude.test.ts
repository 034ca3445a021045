import { describe, expect, it } from "@jest/globals";

import { claudeCode } from "../../../src/agents/presets/claude-code.ts";
import type { AgentResult } from "../../../src/core/agent.ts";
import type { Exit } from "../../../src/core/executor.ts";
import { judged } from "../../support/agent-output.ts";

const INIT = { type: "system", subtype: "init", cwd: "/repo", tools: ["Bash"], model: "claude-opus-5-5" };
const words = (id: string, text: string) => ({
  type: "assistant",
  message: { id, model: "claude-opus-5-5", content: [{ type: "text", text }], usage: { input_tokens: 1200 } },
});
const call = (id: string) => ({
  type: "assistant",
  message: { id, content: [{ type: "tool_use", id: "toolu_1", name: "Write", input: { file_path: "/a" } }] },
});
const retry = (status: number | null) => ({
  type: "system",
  subtype: "api_retry",
  attempt: 1,
  max_retries: 2,
  error_status: status,
  error: "server_error",
});
const USAGE = {
  input_tokens: 2400,
  cache_creation_input_tokens: 30,
  cache_read_input_tokens: 400,
  output_tokens: 68,
};
const DONE = {
  subtype: "success",
  is_error: false,
  num_turns: 2,
  result: "Created HELLO.md as asked.",
  total_cost_usd: 0.01096,
  usage: USAGE,
  permission_denials: [],
  terminal_reason: "completed",
  api_error_status: null,
  type: "result",
};
const failed = (status: number | null, result: string) => ({
  ...DONE,
  is_error: true,
  api_error_status: status,
  terminal_reason: "api_error",
  result,
});
const limit = (subtype: string, error: string) => ({
  type: "result",
  subtype,
  is_error: true,
  errors: [error],
  usage: USAGE,
  permission_denials: [],
});

describe("what Claude Code prints", () => {
  it("is done by its last result, with all input in the count of tokens, and each answer once", () => {
    const lines = [INIT, words("msg_1", "I will."), call("msg_1"), words("msg_2", "Created."), DONE];
    expect(judged(claudeCode, lines, 0)).toEqual({
      ok: true,
      text: "Created HELLO.md as asked.",
      error: "none",
      message: "",
      usage: { inputTokens: 2830, outputTokens: 68, cachedTokens: 400, requests: 2, cost: 0.01096 },
    });
  });

  it.each<[string, readonly object[], Exit | number, AgentResult["error"], string]>([
    [
      "a limit of turns",
      [limit("error_max_turns", "Reached maximum number of turns (3)")],
      1,
      "limit",
      "turns (3)",
    ],
    ["a limit of money", [limit("error_max_budget_usd", "Reached maximum budget")], 1, "limit", "budget"],
    ["400", [failed(400, "API Error: 400 bad")], 1, "model", "API Error: 400 bad"],
    ["404", [failed(404, "API Error: 404")], 1, "model", "API Error: 404"],
    ["429", [failed(429, "API Error: 429")], 1, "rate", "asks to wait"],
    ["500", [retry(500), failed(500, "API Error: 500")], 1, "model", "API Error: 500"],
    ["529", [failed(529, "API Error: 529 Overloaded")], 1, "model", "Overloaded"],
    ["401", [failed(401, "API Error: 401")], 1, "auth", "does not accept the key"],
    ["no answer", [failed(null, "Request timed out. Check your network.")], 1, "timeout", "in time"],
    ["no key", [failed(null, "Not logged in · Please run /login")], 1, "auth", "Not logged in"],
    ["an API failure whose exit code is 0", [failed(500, "API Error: 500")], 0, "model", "API Error"],
    ["no prompt, or root", [], 1, "program", "exit code 1"],
    ["a result of success and another exit code", [DONE], 1, "program", "exit code 1"],
    ["no result at all", [INIT, words("msg_1", "I will.")], 0, "program", "without saying"],
    ["our clock", [INIT], { kind: "timed out" }, "timeout", "its time was over"],
    [
      "our clock while a key was refused",
      [INIT, retry(401)],
      { kind: "timed out" },
      "auth",
      "still trying again",
    ],
    ["our clock after a retry went through", [retry(500), call("1")], { kind: "timed out" }, "timeout", ""],
    ["our clock while nobody answered", [retry(null)], { kind: "timed out" }, "timeout", "still trying"],
    [
      "a limit of its box",
      [INIT],
      { kind: "over limit", what: "more than 4 GiB of memory" },
      "limit",
      "more than 4 GiB",
    ],
    ["a signal", [INIT], { kind: "killed", signal: "SIGSEGV" }, "program", "SIGSEGV"],
    ["not started", [], { kind: "not started", reason: "There is none." }, "program", "There is none."],
  ])("fails by %s", (_case, lines, exit, error, message) => {
    const result = judged(claudeCode, lines, exit);
    expect(result).toMatchObject({ ok: false, error });
    expect(result.message).toContain(message);
  });

  it("tells of a stop without calling it a failure", () => {
    expect(judged(claudeCode, [INIT], { kind: "stopped" })).toMatchObject({ ok: false, error: "none" });
  });

  it("names the tools that it may not use, each once, beside its success", () => {
    const denials = ["Bash", "Bash", "Write"].map((tool_name) => ({ tool_name, tool_input: {} }));
    const result = judged(claudeCode, [{ ...DONE, permission_denials: denials }], 0);
    expect(result).toMatchObject({
      ok: true,
      error: "denied",
      message: "It was not allowed to use: Bash, Write.",
    });
  });

  it("skips what is no JSON, no object, and no line of its own", () => {
    const lines = ["warning: something", "{ broken", "[1]", "null", '"text"', { type: "new_kind" }, DONE];
    expect(judged(claudeCode, lines, 0).ok).toBe(true);
  });

  it("keeps its last words where it ends without a result", () => {
    const result = judged(claudeCode, [words("msg_1", "Half done.")], { kind: "timed out" });
    expect(result.text).toBe("Half done.");
  });
});
