import { describe, expect, it } from "@jest/globals";

import type { RunState } from "../../src/core/run.ts";
import { COMMENT_MARKER } from "../../src/core/text.ts";
import { labelsOf } from "../../src/report/labels.ts";
import { commentOf, statusOf } from "../../src/report/wording.ts";
import { alice, ISSUE, run } from "../support/samples.ts";

const url = () => "https://bot.example.com/runs/1?sig=x";
const none = () => undefined;

describe("statusOf", () => {
  it.each<[RunState, string]>([
    ["queued", "pending"],
    ["running", "pending"],
    ["succeeded", "success"],
    ["failed", "failure"],
    ["errored", "error"],
    ["cancelled", "cancelled"],
  ])("a run that is %s shows %s", (state, shown) => {
    expect(statusOf(run({ state }), url)).toMatchObject({ state: shown, url: url() });
  });

  it("reads the same while a run waits and while it works, so that starting posts nothing new", () => {
    expect(statusOf(run({ state: "queued" }), none)).toEqual(statusOf(run({ state: "running" }), none));
  });

  it("says why", () => {
    expect(statusOf(run({ state: "failed", reason: "It ended with exit code 3." }), none).description).toBe(
      "Run 1 failed: It ended with exit code 3.",
    );
  });
});

describe("commentOf", () => {
  it("is known by its marker", () => {
    expect(commentOf([run()], [], none).startsWith(COMMENT_MARKER)).toBe(true);
  });

  it("tells of the newest run of each automation, with the pull request", () => {
    const pullRequest = { number: 9, url: "https://forge.example/octo/hello/pull/9" };
    const one = run({ state: "succeeded", pullRequest });
    const other = run({ id: 2, automation: "test", state: "failed", reason: "It ended with exit code 1." });
    const body = commentOf([one, other], [], url);
    expect(body).toContain(pullRequest.url);
    expect(body).toContain("**test**");
    expect(body).toContain("exit code 1");
  });

  it("takes the effect of a mention, a quick action and hidden markup out of a reason", () => {
    const reason = "asked @alice\n/merge\n<!-- forgehand:comment -->";
    const body = commentOf([run({ state: "failed", reason })], [], none).replace(COMMENT_MARKER, "");
    expect(body).not.toMatch(/@alice|^\/merge|<!--/m);
  });

  it("tells whom it refused and why", () => {
    const text = "Nothing was started. alice has read permission; write or more is needed.";
    const refusal = {
      forge: "github",
      repo: "42",
      repoName: "octo/hello",
      thread: ISSUE,
      actor: alice,
      text,
    };
    expect(commentOf([], [refusal], none)).toContain(text);
  });
});

describe("labelsOf", () => {
  const family = ["processing", "done", "failed", "paused", "stopped"].map((word) => `coding agent ${word}`);

  it("puts one label of the family on and takes the trigger label and the others off", () => {
    const change = labelsOf(run(), { trigger: "coding agent", answered: true, shown: undefined });
    expect(change).toEqual({ add: [family[0]], remove: ["coding agent", ...family.slice(1)] });
  });

  it("takes off only what it set before", () => {
    const done = run({ state: "succeeded" });
    const change = labelsOf(done, {
      trigger: "coding agent",
      answered: false,
      shown: "coding agent processing",
    });
    expect(change).toEqual({ add: ["coding agent done"], remove: ["coding agent processing"] });
  });

  it("leaves a trigger label alone that asks for the next run", () => {
    const change = labelsOf(run({ state: "failed" }), {
      trigger: "coding agent",
      answered: false,
      shown: undefined,
    });
    expect(change.remove).not.toContain("coding agent");
  });
});
