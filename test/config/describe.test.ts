import { describe, expect, it } from "@jest/globals";

import { describeAutomation } from "../../src/config/describe.ts";
import { automation, only } from "../support/samples.ts";

describe("an automation in words", () => {
  it("says what it acts on, for whom, where, and what it runs", () => {
    expect(describeAutomation(automation({ run: "make fix\nmake test" }))).toBe(
      "coding-agent: when the label `coding agent` is set on an issue or pull request, " +
        "by someone with write permission, on every forge: run `make fix`",
    );
  });

  it("lists every trigger and every limit", () => {
    const one = automation({
      name: "all",
      on: { issue: ["opened"], pullRequest: ["opened", "updated"], push: true, tag: true, command: "go" },
      filters: { branches: only("main", "release/*") },
      forges: only("github"),
      repositories: only("octo/*"),
    });
    expect(describeAutomation(one)).toBe(
      "all: when an issue is opened, or a pull request (main and release/*) is opened or updated, " +
        "or commits are pushed to a branch (main and release/*), or a tag is new or moved, " +
        "or a comment says `/forgehand go`, by someone with write permission, on github in octo/*: run `true`",
    );
  });
});
