import { describe, expect, it } from "@jest/globals";

import { describeAutomation } from "../../src/config/describe.ts";
import { automation, but, only } from "../support/samples.ts";

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

  it("says its filters, and what is left out", () => {
    const one = automation({
      name: "all",
      on: { labelRemoved: "wip", mention: true, assigned: true, review: ["approved"], check: ["failure"] },
      filters: {
        paths: { include: ["docs/**"], exclude: ["**/*.md"] },
        authors: but("*[bot]"),
        labels: only("bug"),
        title: only("fix*"),
        draft: false,
        fork: true,
      },
      forges: but("gogs"),
      repositories: but("octo/secret"),
    });
    expect(describeAutomation(one)).toBe(
      "all: when the label `wip` is taken off an issue or pull request, or somebody mentions Forgehand's account, " +
        "or an issue or pull request is assigned to Forgehand's account, or a review of a pull request says approved, " +
        "or a check of somebody else ends as failure, if it changes docs/** but **/*.md and it is by anything but " +
        "*[bot] and it has a label of bug and its title is fix* and it is no draft and it comes from a fork, " +
        "by someone with write permission, on every forge but gogs in anything but octo/secret: run `true`",
    );
  });

  it("says the times of one that nobody asks for", () => {
    const one = automation({ name: "n", on: { schedule: [{ cron: "@daily", timezone: "Europe/Berlin" }] } });
    expect(describeAutomation(one)).toBe(
      "n: when the time `@daily` (Europe/Berlin) has come, on every forge: run `true`",
    );
  });
});
