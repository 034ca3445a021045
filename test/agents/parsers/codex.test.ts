import { describe, expect, it } from "@jest/globals";

import { codex } from "../../../src/agents/presets/codex.ts";
import type { AgentResult } from "../../../src/core/agent.ts";
import type { Exit } from "../../../src/core/executor.ts";
import { judged } from "../../support/agent-output.ts";

const BEGIN = [{ type: "thread.started", thread_id: "01a2" }, { type: "turn.started" }];
const item = (facts: object) => ({ type: "item.completed", item: { id: "item_0", ...facts } });
const MESSAGE = item({ type: "agent_message", text: "Created HELLO.md as asked." });
const CHANGE = item({
  type: "file_change",
  changes: [{ path: "HELLO.md", kind: "add" }],
  status: "completed",
});
const COMMAND = item({ type: "command_execution", command: "false", exit_code: 7, status: "failed" });
const UNKNOWN_MODEL = item({ type: "error", message: "Model metadata for `x` not found." });
const COMPLETED = {
  type: "turn.completed",
  usage: { input_tokens: 3000, cached_input_tokens: 100, output_tokens: 84, reasoning_output_tokens: 0 },
};
const reconnecting = (status: string) => ({
  type: "error",
  message: `Reconnecting... 1/2 (unexpected status ${status}: no, url: http://127.0.0.1/v1/responses)`,
});
const turnFailed = (message: string) => ({ type: "turn.failed", error: { message } });
const HIGH_DEMAND = "We're currently experiencing high demand, which may cause temporary errors.";

describe("what Codex prints", () => {
  it("is done by a completed turn; a warning, and a command that failed, are no failure", () => {
    const lines = [...BEGIN, UNKNOWN_MODEL, CHANGE, COMMAND, MESSAGE, COMPLETED];
    expect(judged(codex, lines, 0)).toEqual({
      ok: true,
      text: "Created HELLO.md as asked.",
      error: "none",
      message: "",
      usage: { inputTokens: 3000, outputTokens: 84, cachedTokens: 100, requests: 0 },
    });
  });

  it("goes on after it reconnected", () => {
    const lines = [...BEGIN, reconnecting("500 Internal Server Error"), MESSAGE, COMPLETED];
    expect(judged(codex, lines, 0).ok).toBe(true);
  });

  it.each<[string, readonly object[], Exit | number, AgentResult["error"]]>([
    ["400", [turnFailed("unexpected status 400 Bad Request: no")], 1, "model"],
    [
      "401",
      [reconnecting("401 Unauthorized"), turnFailed("unexpected status 401 Unauthorized: no")],
      1,
      "auth",
    ],
    ["429", [turnFailed("exceeded retry limit, last status: 429 Too Many Requests")], 1, "rate"],
    [
      "429, told before the end only",
      [reconnecting("429 Too Many Requests"), turnFailed(HIGH_DEMAND)],
      1,
      "rate",
    ],
    ["500", [turnFailed(HIGH_DEMAND)], 1, "model"],
    ["a usage limit", [turnFailed("You've hit your usage limit.")], 1, "rate"],
    ["a turn that failed and exit code 0", [MESSAGE, turnFailed(HIGH_DEMAND)], 0, "model"],
    ["exit code 0 without a completed turn", [MESSAGE], 0, "program"],
    ["a completed turn and another exit code", [MESSAGE, COMPLETED], 1, "program"],
    ["SIGTERM, where the output just stops", BEGIN, { kind: "timed out" }, "timeout"],
    [
      "our clock while the key was refused",
      [reconnecting("401 Unauthorized")],
      { kind: "timed out" },
      "auth",
    ],
  ])("fails by %s", (_case, lines, exit, error) => {
    expect(judged(codex, [...BEGIN, ...lines], exit)).toMatchObject({ ok: false, error });
  });

  it("skips what its tools and its log print", () => {
    expect(judged(codex, ["WARNING: proceeding", "{", MESSAGE, COMPLETED], 0).ok).toBe(true);
  });
});
