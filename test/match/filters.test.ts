import { describe, expect, it } from "@jest/globals";

import type { Filters } from "../../src/core/automation.ts";
import type { ForgeEvent } from "../../src/core/event.ts";
import { decide } from "../../src/match/decide.ts";
import { passes } from "../../src/match/globs.ts";
import {
  alice,
  automation,
  but,
  checkEvent,
  commentEvent,
  issue,
  issueEvent,
  only,
  pullRequest,
  pullRequestEvent,
  pushEvent,
  reviewEvent,
  scheduleEvent,
} from "../support/samples.ts";

const on = {
  issue: ["opened"],
  pullRequest: ["opened"],
  push: true,
  command: "test",
  review: ["approved"],
  check: ["failure"],
} as const;

const decided = (event: ForgeEvent, filters: Filters, change = {}) =>
  decide(event, 0, automation({ name: "one", on, forks: "run", filters, ...change }), "github");

const dependabot = { id: "77", login: "dependabot[bot]", bot: true };
const opened = (change = {}) => issueEvent({ action: "opened", label: undefined, issue: issue(change) });
const pull = (change = {}) => pullRequestEvent({ pullRequest: pullRequest(change) });

describe("a filter", () => {
  it.each<[string, string | string[], Parameters<typeof passes>[1], boolean]>([
    ["none", "a", undefined, true],
    ["an empty one", "a", only(), true],
    ["one that includes it", "main", only("dev", "ma*"), true],
    ["one that includes others", "main", only("dev"), false],
    ["one that excludes it", "main", but("main"), false],
    ["one that excludes others", "main", but("dev"), true],
    ["one that includes it and excludes it", "main", { include: ["*"], exclude: ["main"] }, false],
    ["one that excludes another of its names", ["a", "b"], { include: ["a"], exclude: ["b"] }, false],
    ["one that includes something, and it has no name", [], only("a"), false],
    ["one that excludes something, and it has no name", [], but("a"), true],
  ])("is passed or not: %s", (_, names, filter, passed) => {
    expect(passes(names, filter)).toBe(passed);
  });

  it.each<[string, ForgeEvent, Filters, boolean]>([
    ["the branch of a push", pushEvent(), { branches: but("main") }, false],
    ["the target of a pull request", pull(), { branches: only("main") }, true],
    ["the branch of a check", checkEvent("build", "failure"), { branches: only("dev") }, false],
    ["the target of a reviewed pull request", reviewEvent("approved"), { branches: only("dev") }, false],
    ["no branch of an issue", opened(), { branches: only("dev") }, true],
    ["the title of an issue", opened(), { title: only("fix*") }, true],
    ["the title of what is commented", commentEvent("/forgehand test"), { title: but("fix*") }, false],
    ["no title of a push", pushEvent(), { title: only("x") }, true],
    ["the labels of an issue", opened(), { labels: only("CODING*") }, true],
    ["the labels of an issue, excluded", opened({ labels: ["a", "wip"] }), { labels: but("wip") }, false],
    ["an issue without labels", opened({ labels: [] }), { labels: only("a") }, false],
    ["who wrote it", opened({ author: dependabot }), { authors: but("*[bot]") }, false],
    ["who wrote it, by id", opened({ author: dependabot }), { authors: only("77") }, true],
    ["who wrote it, not who acts", opened({ author: alice }), { authors: only("alice") }, true],
    ["who did it, where nobody wrote it", pushEvent(), { authors: but("ALICE") }, false],
    ["only drafts", pull(), { draft: true }, false],
    ["only drafts, a draft", pull({ draft: true }), { draft: true }, true],
    ["no drafts", pull({ draft: true }), { draft: false }, false],
    ["only forks", pull(), { fork: true }, false],
    ["only forks, a fork", pull({ fork: true }), { fork: true }, true],
    ["no forks", pull({ fork: true }), { fork: false }, false],
  ])("looks at %s", (_, event, filters, matched) => {
    expect(decided(event, filters).matched).toBe(matched);
  });

  it("of paths is asked last, and of changes alone", () => {
    const filters = { paths: only("docs/**") };
    expect(decided(pull(), filters).stillToAsk).toEqual(["permission", "paths"]);
    expect(decided(pushEvent(), filters).stillToAsk).toEqual(["permission", "paths"]);
    expect(decided(opened(), filters).stillToAsk).toEqual(["permission"]);
  });

  it("that needs what a delivery does not tell asks for the pull request", () => {
    expect(decided(pull({ target: undefined }), { branches: only("x") }).stillToAsk).toContain("head");
    expect(decided(pull({ draft: undefined }), { draft: true }).stillToAsk).toContain("head");
    expect(decided(pull({ fork: undefined }), { fork: false }).stillToAsk).toContain("head");
    expect(decided(pull({ draft: undefined }), {}).stillToAsk).not.toContain("head");
  });

  it("of forges excludes and includes", () => {
    expect(decided(pull(), {}, { forges: but("github") }).reason).toMatch(/forge github/);
    expect(decided(pull(), {}, { forges: only("github") }).matched).toBe(true);
  });

  it("holds for times too, but for those that a time has nothing of", () => {
    const times = { on: { schedule: [{ cron: "@daily", timezone: "UTC" }] } };
    expect(decided(scheduleEvent("one"), { authors: only("bob"), title: only("x") }, times).matched).toBe(
      true,
    );
    expect(decided(scheduleEvent("one"), {}, { ...times, repositories: but("octo/*") }).matched).toBe(false);
  });
});
