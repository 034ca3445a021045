import { describe, expect, it } from "@jest/globals";

import { describeAbilities } from "../../src/config/abilities.ts";
import type { Automation } from "../../src/core/automation.ts";
import type { Ability } from "../../src/core/forge.ts";
import { allow, automation, only } from "../support/samples.ts";

const BOTH_LABELLERS: readonly Ability[] = ["labeller of an issue", "labeller of a pull request"];
const NO_LABELS: readonly Ability[] = ["labels", ...BOTH_LABELLERS];
const HAND =
  "where it starts nothing, take it off and set it again, or ask by a comment `/forgehand run coding-agent`";
const PAGES = "nothing there tells of a run on";

/** What is said of one automation on one forge that lacks something, without who and where. */
function said(change: Partial<Automation>, lacks: readonly Ability[]): string[] {
  const forges = { there: { kind: "some", webhookSecret: ["s"] } };
  const sentences = describeAbilities({ automations: [automation(change)], forges }, [
    { kind: "some", lacks },
  ]);
  return sentences.map((sentence) => sentence.replace("coding-agent on there: ", ""));
}

describe("what an automation can do on a forge", () => {
  it("names the automation and the forge, and leaves out forges that it does not serve", () => {
    const automations = [
      automation({ name: "a", forges: only("hub") }),
      automation({ name: "b", on: { push: true } }),
    ];
    const forges = {
      hub: { kind: "full", webhookSecret: ["s"] },
      poor: { kind: "less", webhookSecret: ["s"] },
    };
    const adapters = [
      { kind: "full", lacks: [] },
      { kind: "less", lacks: ["statuses" as const] },
    ];
    expect(describeAbilities({ automations, forges }, adapters)).toEqual([
      "a on hub: everything works there",
      "b on hub: everything works there",
      "b on poor: there are no statuses: nothing there tells of a run on a push, only Forgehand's pages do",
    ]);
  });

  it.each<[string, Partial<Automation>, readonly Ability[], readonly string[]]>([
    ["a label, nothing missing", {}, [], ["everything works there"]],
    [
      "an assignment, a review and a check, told of by no webhook",
      { on: { assigned: true, review: ["approved"], check: ["failure"] } },
      ["assignments", "reviews", "checks"],
      [
        "its webhooks do not tell who was assigned: `assigned` starts nothing",
        "its webhooks do not tell of reviews: `review` starts nothing",
        "its webhooks do not tell how checks of others end: `check` starts nothing",
      ],
    ],
    [
      "assignments as actions, told of by no webhook",
      { on: { pullRequest: ["assigned"] } },
      ["assignments"],
      ["its webhooks do not tell who was assigned: `assigned` and `unassigned` start nothing"],
    ],
    [
      "a label taken off and a filter of labels, no labels",
      { on: { labelRemoved: "wip" }, filters: { labels: only("a") } },
      NO_LABELS,
      [
        "there are no labels: `label_removed` starts nothing",
        "there are no labels, so nothing passes its filter `labels`",
      ],
    ],
    [
      "a label taken off, and nothing that tells which",
      { on: { labelRemoved: "wip", issue: ["opened"] } },
      ["changed labels"],
      ["its webhooks do not tell which label was changed: `label_removed` starts nothing"],
    ],
    [
      "labels set and taken off as actions, and nothing that tells which",
      { on: { issue: ["labeled"], pullRequest: ["labeled", "unlabeled"] } },
      ["changed labels"],
      ["its webhooks do not tell which label was changed: `labeled` and `unlabeled` start nothing"],
    ],
    [
      "a label taken off, neither labels nor which",
      { on: { labelRemoved: "wip" } },
      ["changed labels", ...NO_LABELS],
      ["there are no labels: `label_removed` starts nothing"],
    ],
    ["a label set, and nothing that tells which", {}, ["changed labels"], ["everything works there"]],
    [
      "a label, no labels",
      {},
      NO_LABELS,
      ["there are no labels, so ask by a comment `/forgehand run coding-agent`"],
    ],
    [
      "a label, neither issues nor labels",
      {},
      ["issues", ...NO_LABELS],
      [
        "there are no issues: it can be asked for on pull requests alone, and pushes nothing there",
        "there are no labels, so ask by a comment `/forgehand run coding-agent`",
      ],
    ],
    ["a label, no labeller", {}, BOTH_LABELLERS, [`nobody can tell who set a label: ${HAND}`]],
    [
      "a label, no labeller of an issue",
      {},
      ["labeller of an issue"],
      [`nobody can tell who set a label on an issue: ${HAND}`],
    ],
    [
      "a label, no labeller of a pull request",
      {},
      ["labeller of a pull request"],
      [`nobody can tell who set a label on a pull request: ${HAND}`],
    ],
    ["no label, no labels", { on: { command: "test" } }, NO_LABELS, ["everything works there"]],
    [
      "issues, no issues",
      { on: { issue: ["opened"] } },
      ["issues"],
      ["there are no issues: `issue` starts nothing"],
    ],
    [
      "a command, no issues",
      { on: { command: "test" } },
      ["issues"],
      ["there are no issues: it can be asked for on pull requests alone, and pushes nothing there"],
    ],
    [
      "a pull request, no issues",
      { on: { pullRequest: ["opened"] } },
      ["issues"],
      ["everything works there"],
    ],
    ["a label, no statuses", {}, ["statuses"], ["there are no statuses: the comment tells"]],
    [
      "a tag, no statuses",
      { on: { tag: true } },
      ["statuses"],
      [`there are no statuses: ${PAGES} a tag, only Forgehand's pages do`],
    ],
    [
      "pushes and tags beside a command, no statuses",
      { on: { push: true, tag: true, command: "test" } },
      ["statuses"],
      [`there are no statuses: the comment tells; ${PAGES} a push or a tag, only Forgehand's pages do`],
    ],
    [
      "an issue, no pull requests",
      { on: { issue: ["opened"] } },
      ["pull requests"],
      ["no pull request can be opened by its API: the run pushes a branch and says where to open one"],
    ],
    [
      "a label, no pull requests, no clone",
      { workspace: "none" },
      ["pull requests"],
      ["everything works there"],
    ],
    ["a push, no pull requests", { on: { push: true } }, ["pull requests"], ["everything works there"]],
    [
      "forks, no heads of theirs",
      { on: { pullRequest: ["opened"] }, forks: "run" },
      ["head refs"],
      ["heads of forks cannot be fetched: `forks: run` ends in errors there"],
    ],
    [
      "forks by approval, no heads of theirs",
      { on: { pullRequest: ["opened"] }, forks: "approve" },
      ["head refs"],
      ["heads of forks cannot be fetched: `forks: approve` ends in errors there"],
    ],
    [
      "a team, and no teams",
      { on: { push: true }, allow: allow("write", { teams: ["octo/core"] }) },
      ["teams"],
      ["nobody can tell who belongs to a team: `allow.teams` lets nobody in there"],
    ],
    ["no team, and no teams", { on: { push: true } }, ["teams"], ["everything works there"]],
    ["forks ignored, no heads of theirs", {}, ["head refs"], ["everything works there"]],
    [
      "a push, no heads of forks",
      { on: { push: true }, forks: "run" },
      ["head refs"],
      ["everything works there"],
    ],
  ])("%s", (_, change, lacks, sentences) => {
    expect(said(change, lacks)).toEqual(sentences);
  });
});
