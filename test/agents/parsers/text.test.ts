import { describe, expect, it } from "@jest/globals";

import { aider } from "../../../src/agents/presets/aider.ts";
import type { AgentResult } from "../../../src/core/agent.ts";
import { judged } from "../../support/agent-output.ts";

describe("what a program prints that has no format for programs", () => {
  it("is done by its exit code; what it said is the end of its output", () => {
    expect(judged(aider, ["Applied edit to HELLO.md"], 0)).toEqual({
      ok: true,
      text: "Applied edit to HELLO.md",
      error: "none",
      message: "",
    });
  });

  it("adds up the tokens that aider tells after each answer, and takes its last cost", () => {
    const lines = [
      "Tokens: 2.3k sent, 120 received. Cost: $0.01 message, $0.01 session.",
      "Tokens: 3k sent, 1.1k cache hit, 80 received. Cost: $0.02 message, $0.03 session.",
    ];
    expect(judged(aider, lines, 0).usage).toEqual({
      inputTokens: 5300,
      outputTokens: 200,
      cachedTokens: 0,
      requests: 2,
      cost: 0.03,
    });
  });

  it.each<[string, number, AgentResult["error"]]>([
    ["litellm.AuthenticationError: AuthenticationError: no such key", 0, "auth"],
    ["litellm.RateLimitError: slow down", 0, "rate"],
    ["litellm.Timeout: too long", 0, "timeout"],
    ["litellm.ContextWindowExceededError: too much", 0, "limit"],
    ["litellm.BadRequestError: no", 0, "model"],
    ["litellm.APIConnectionError: nobody there", 0, "model"],
    ["something else", 1, "program"],
  ])("fails by: %s", (line, code, error) => {
    expect(judged(aider, [line], code)).toMatchObject({ ok: false, error });
  });

  it("takes no text that it works on for an error", () => {
    expect(judged(aider, ["  throw new RateLimitError()", "see litellm.AuthenticationError"], 0).ok).toBe(
      true,
    );
  });

  it("is done where the model answered after an error", () => {
    const lines = ["litellm.RateLimitError: slow down", "Tokens: 1k sent, 10 received."];
    expect(judged(aider, lines, 0).ok).toBe(true);
  });

  it("keeps the end of a long output only", () => {
    const lines = Array.from({ length: 5_000 }, (_, number) => `line ${number}`);
    const { text } = judged(aider, lines, 0);
    expect(text.length).toBeLessThanOrEqual(16 * 1024);
    expect(text.endsWith("line 4999")).toBe(true);
  });
});
