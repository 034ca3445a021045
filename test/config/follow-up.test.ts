import { describe, expect, it } from "@jest/globals";

import { configOf, problemsOf } from "./loading.ts";

const automation = (settings: string) =>
  `automations:\n  agent:\n    on: { label: x }\n    agent: codex\n    ${settings}\n`;

const KEY = { environment: { OPENAI_API_KEY: "sk-one" } };

describe("when an agent goes on", () => {
  it.each<[string, object]>([
    ["", { comments: true, reviews: true, checks: true, depth: 3 }],
    ["follow_up: { checks: false }", { comments: true, reviews: true, checks: false, depth: 3 }],
    ["follow_up: { depth: 5 }", { comments: true, reviews: true, checks: true, depth: 5 }],
    ["follow_up: false", { comments: false, reviews: false, checks: false, depth: 3 }],
  ])("is read from %j", (written, followUp) => {
    expect(configOf(automation(written), KEY).automations[0]).toMatchObject({ followUp });
  });

  it.each([
    ["follow_up: true"],
    ["follow_up: { depth: 0 }"],
    ["follow_up: { depth: 21 }"],
    ["follow_up: { review: true }"],
  ])("says what is wrong with %s", (written) => {
    const problems = problemsOf(automation(written), KEY);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path: expect.stringContaining("follow_up") });
  });

  it("is nothing for a plain command", () => {
    const yaml = "automations: { x: { on: { label: x }, run: make, follow_up: false } }";
    expect(problemsOf(yaml)).toMatchObject([
      { path: "automations.x.follow_up", message: expect.stringContaining("Only an agent") },
    ]);
  });
});
