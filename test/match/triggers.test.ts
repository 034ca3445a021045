import { describe, expect, it } from "@jest/globals";

import type { Trigger } from "../../src/core/automation.ts";
import type { ForgeEvent } from "../../src/core/event.ts";
import { OPERATOR } from "../../src/core/event.ts";
import { contextsOf, decide } from "../../src/match/decide.ts";
import {
  alice,
  automation,
  bot,
  checkEvent,
  commentEvent,
  issue,
  issueEvent,
  manualEvent,
  only,
  pullRequest,
  pullRequestEvent,
  reviewEvent,
  scheduleEvent,
} from "../support/samples.ts";

const unlabelled = issueEvent({ action: "unlabeled", label: "WIP", issue: issue({ labels: [] }) });
const assigned = issueEvent({ action: "assigned", label: undefined, assignee: bot });
const times = { schedule: [{ cron: "0 6 * * *", timezone: "UTC" }] };

const decided = (event: ForgeEvent, on: Trigger, change = {}) =>
  decide(event, 0, automation({ name: "one", on, ...change }), "github", ["forgehand/one", "ci/ours"]);

describe("a trigger", () => {
  it.each<[string, ForgeEvent, Trigger, string[] | false, RegExp]>([
    ["a label taken off", unlabelled, { labelRemoved: "wip" }, ["permission"], /taken off/],
    ["another label taken off", unlabelled, { labelRemoved: "x" }, false, /Another label/],
    ["any label taken off", unlabelled, { issue: ["unlabeled"] }, ["permission"], /unlabeled/],
    [
      "any label set, beside a label of its own",
      issueEvent({ label: "bug" }),
      { label: "go", issue: ["labeled"] },
      ["permission"],
      /labeled/,
    ],
    [
      "its own label, beside any",
      issueEvent({ label: "go" }),
      { label: "go", issue: ["labeled"] },
      ["permission", "label"],
      /was set/,
    ],
    [
      "an edit, though its label is on it",
      issueEvent({ action: "edited", label: undefined }),
      { label: "coding agent", issue: ["edited"] },
      ["permission"],
      /edited/,
    ],
    [
      "something new with its label on it",
      issueEvent({ action: "opened", label: undefined }),
      { label: "coding agent", issue: ["opened"] },
      ["permission", "label"],
      /is on it/,
    ],
    ["an assignment", assigned, { assigned: true }, ["permission", "account"], /assigned to forgehand/],
    ["an assignment, any", assigned, { issue: ["assigned"] }, ["permission"], /assigned/],
    ["an assignment that it is not for", assigned, { issue: ["opened"] }, false, /does not act/],
    [
      "a mention",
      commentEvent("Look, @forgehand!"),
      { mention: true },
      ["permission", "account"],
      /@forgehand/,
    ],
    ["a comment without one", commentEvent("Look!"), { mention: true }, false, /mentions nobody/],
    [
      "a mention beside a command",
      commentEvent("/forgehand test\nthanks @forgehand"),
      { mention: true },
      false,
      /is a command/,
    ],
    ["a mention, not asked for", commentEvent("Look, @forgehand!"), { push: true }, false, /does not ask/],
    [
      "a mention in a new issue",
      issueEvent({
        action: "opened",
        label: undefined,
        issue: issue({ body: "@forgehand help", labels: [] }),
      }),
      { mention: true },
      ["permission", "account"],
      /mentions/,
    ],
    [
      "a mention in an edited issue",
      issueEvent({ action: "edited", label: undefined, issue: issue({ body: "@forgehand help" }) }),
      { mention: true },
      false,
      /does not act/,
    ],
    [
      "a review that it is for",
      reviewEvent("changes_requested"),
      { review: ["changes_requested"] },
      ["permission"],
      /changes_requested/,
    ],
    [
      "a review that it is not for",
      reviewEvent("approved"),
      { review: ["changes_requested"] },
      false,
      /approved/,
    ],
    [
      "a check that it is for",
      checkEvent("build", "failure"),
      { check: ["failure"] },
      ["permission"],
      /build/,
    ],
    ["a check that it is not for", checkEvent("build", "success"), { check: ["failure"] }, false, /success/],
    ["a check of ours", checkEvent("forgehand/other", "failure"), { check: ["failure"] }, false, /itself/],
    [
      "a check of ours by another name",
      checkEvent("CI/Ours", "failure"),
      { check: ["failure"] },
      false,
      /itself/,
    ],
    ["its time", scheduleEvent("one"), times, [], /has come/],
    ["the time of another", scheduleEvent("two"), times, false, /another automation/],
    ["by hand", manualEvent("one"), { label: "x" }, [], /by hand/],
    ["another by hand", manualEvent("two"), { label: "x" }, false, /Another automation/],
  ])("%s", (_, event, on, ask, reason) => {
    const match = decided(event, on);
    expect(match.reason).toMatch(reason);
    expect(match).toMatchObject({ matched: ask !== false, stillToAsk: ask === false ? [] : ask });
  });

  it("asks for the pull request that a review, a check or a hand names in part", () => {
    const partial = pullRequest({ headSha: undefined, fork: undefined });
    for (const event of [
      { ...reviewEvent("approved"), pullRequest: partial },
      { ...checkEvent("build", "failure"), pullRequest: partial },
      { ...manualEvent("one"), pullRequest: partial },
    ]) {
      expect(decided(event, { review: ["approved"], check: ["failure"] }).stillToAsk).toContain("head");
    }
  });

  it("by hand is not filtered, but for forges, repositories and the code of others", () => {
    const filters = { title: only("nothing"), authors: only("nobody"), draft: true };
    expect(decided(manualEvent("one"), { push: true }, { filters }).matched).toBe(true);
    expect(decided(manualEvent("one"), {}, { repositories: only("other/*") }).matched).toBe(false);
    const fork = { ...manualEvent("one"), pullRequest: pullRequest({ fork: true }) };
    expect(decided(fork, {}).reason).toMatch(/someone else's code/);
  });

  it("knows the contexts of all automations as ours", () => {
    const automations = [automation({ name: "a" }), automation({ name: "b", context: "ci/b" })];
    expect(contextsOf(automations)).toEqual(["forgehand/a", "ci/b"]);
    expect(manualEvent("one").actor).toBe(OPERATOR);
    expect(
      decided(pullRequestEvent({ action: "assigned", assignee: alice }), { assigned: true }).stillToAsk,
    ).toContain("account");
  });
});
