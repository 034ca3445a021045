import { describe, expect, it } from "@jest/globals";

import type { Automation } from "../../src/core/automation.ts";
import type { ForgeEvent } from "../../src/core/event.ts";
import { decide } from "../../src/match/decide.ts";
import { COMMENT_MARKER } from "../../src/core/text.ts";
import {
  automation,
  commentEvent,
  issue,
  issueEvent,
  only,
  pullRequest,
  pullRequestEvent,
  pushEvent,
} from "../support/samples.ts";

const test = automation({
  name: "test",
  on: { pullRequest: ["opened", "updated"] },
  filters: { branches: only("main", "release/*") },
});
const onPush = automation({ name: "deploy", on: { push: true }, filters: { branches: only("main") } });
const onCommand = automation({ name: "retest", on: { command: "retest" } });
const prefixed = automation({ name: "agent", on: { titlePrefix: "[agent]", branchPrefix: "agent/" } });
const label = automation();

type Row = [
  what: string,
  event: ForgeEvent,
  automation: Automation,
  matched: boolean,
  ask: string[],
  reason: RegExp,
];

const rows: Row[] = [
  ["its label was just set", issueEvent(), label, true, ["permission", "label"], /was set/],
  [
    "its label in other letters",
    issueEvent({ label: "Coding Agent" }),
    label,
    true,
    ["permission", "label"],
    /was set/,
  ],
  [
    "another label",
    issueEvent({ label: "bug", issue: issue({ labels: ["bug"] }) }),
    label,
    false,
    [],
    /Another label/,
  ],
  ["another label beside its own", issueEvent({ label: "bug" }), label, false, [], /Another label/],
  ["a label of our own family", issueEvent({ label: "coding agent done" }), label, false, [], /sets itself/],
  ["its label removed", issueEvent({ action: "unlabeled" }), label, false, [], /closes its request/],
  [
    "labels changed, whichever, and its own listed",
    issueEvent({ action: "label_updated", label: undefined }),
    label,
    true,
    ["permission", "label"],
    /forge is asked/,
  ],
  [
    "labels changed, and a list that may be wrong without its own",
    issueEvent({ action: "label_updated", label: undefined, issue: issue({ labels: [] }) }),
    label,
    true,
    ["permission", "label"],
    /forge is asked/,
  ],
  [
    "labels changed on a closed issue",
    issueEvent({ action: "label_updated", label: undefined, issue: issue({ state: "closed" }) }),
    label,
    false,
    [],
    /does not act on "label_updated"/,
  ],
  [
    "labels changed on a pull request, for an automation without a label",
    pullRequestEvent({ action: "label_updated" }),
    test,
    false,
    [],
    /does not act on "label_updated"/,
  ],
  [
    "labels changed on a pull request from a fork",
    pullRequestEvent({ action: "label_updated", pullRequest: pullRequest({ fork: true }) }),
    label,
    false,
    [],
    /fork/,
  ],
  [
    "its label there when the issue is opened",
    issueEvent({ action: "opened", label: undefined }),
    label,
    true,
    ["permission", "label"],
    /is on it/,
  ],
  [
    "its label on a closed issue",
    issueEvent({ action: "closed", label: undefined, issue: issue({ state: "closed" }) }),
    label,
    false,
    [],
    /does not act on "closed"/,
  ],
  [
    "its label on a pull request",
    pullRequestEvent({ action: "labeled", label: "coding agent" }),
    label,
    true,
    ["permission", "label"],
    /was set/,
  ],
  ["what only some people may see", issueEvent({ confidential: true }), label, false, [], /confidential/],
  [
    "what only some people may see, for an automation that may act on it",
    issueEvent({ confidential: true }),
    { ...label, confidential: true },
    true,
    ["permission", "label"],
    /was set/,
  ],
  ["a pull request opened", pullRequestEvent(), test, true, ["permission"], /was opened/],
  [
    "a pull request closed",
    pullRequestEvent({ action: "closed" }),
    test,
    false,
    [],
    /does not act on "closed"/,
  ],
  [
    "a branch that fits a glob",
    pullRequestEvent({ pullRequest: pullRequest({ target: { branch: "release/1" } }) }),
    test,
    true,
    ["permission"],
    /was opened/,
  ],
  [
    "a branch that it does not serve",
    pullRequestEvent({ pullRequest: pullRequest({ target: { branch: "dev" } }) }),
    test,
    false,
    [],
    /branch dev/,
  ],
  ["a fork", pullRequestEvent({ pullRequest: pullRequest({ fork: true }) }), test, false, [], /fork/],
  [
    "a fork that it allows",
    pullRequestEvent({ pullRequest: pullRequest({ fork: true }) }),
    { ...test, forks: "run" },
    true,
    ["permission"],
    /was opened/,
  ],
  [
    "a draft that it does not want",
    pullRequestEvent({ pullRequest: pullRequest({ draft: true }) }),
    { ...test, draft: false },
    false,
    [],
    /draft/,
  ],
  [
    "another repository",
    pullRequestEvent(),
    { ...test, repositories: only("other/*") },
    false,
    [],
    /octo\/hello/,
  ],
  [
    "a repository that fits a glob",
    pullRequestEvent(),
    { ...test, repositories: only("Octo/*") },
    true,
    ["permission"],
    /./,
  ],
  ["another forge", pullRequestEvent(), { ...test, forges: only("acme") }, false, [], /forge github/],
  ["a push", pushEvent(), onPush, true, ["permission"], /refs\/heads\/main was updated/],
  ["a push to another branch", pushEvent({ ref: "refs/heads/dev" }), onPush, false, [], /branch dev/],
  ["a deleted branch", pushEvent({ action: "deleted", after: undefined }), onPush, false, [], /deleted/],
  [
    "a ref without its commit",
    pushEvent({ action: "created", after: undefined }),
    onPush,
    false,
    [],
    /names no commit/,
  ],
  ["a command", commentEvent("Hm.\n/forgehand retest\n"), onCommand, true, ["permission"], /says/],
  ["another command", commentEvent("/forgehand deploy"), onCommand, false, [], /does not say/],
  ["a command in a quote", commentEvent("> /forgehand retest"), onCommand, false, [], /does not say/],
  ["a command in code", commentEvent("```\n/forgehand retest\n```"), onCommand, false, [], /does not say/],
  ["a command in the middle", commentEvent("say /forgehand retest"), onCommand, false, [], /does not say/],
  [
    "our own comment",
    commentEvent(`${COMMENT_MARKER}\n/forgehand retest`),
    onCommand,
    false,
    [],
    /Forgehand itself/,
  ],
  [
    "a command below a quote of our comment",
    commentEvent(`> ${COMMENT_MARKER}\n> Run 1 failed.\n\n/forgehand retest`),
    onCommand,
    true,
    ["permission"],
    /says/,
  ],
  [
    "a command on a pull request whose head the delivery does not name",
    commentEvent("/forgehand retest", {
      issue: undefined,
      pullRequest: { number: 8, title: "", body: "", state: "open", labels: [] },
    }),
    onCommand,
    true,
    ["permission", "head"],
    /says/,
  ],
  [
    "a comment without a command trigger",
    commentEvent("/forgehand retest"),
    test,
    false,
    [],
    /does not ask for it/,
  ],
  [
    "its name in a comment, on a forge without labels perhaps",
    commentEvent("/forgehand run coding-agent"),
    label,
    true,
    ["permission"],
    /says "\/forgehand run coding-agent"/,
  ],
  [
    "a title that begins as asked for",
    issueEvent({ action: "opened", label: undefined, issue: issue({ title: "[Agent] Fix it", labels: [] }) }),
    prefixed,
    true,
    ["permission"],
    /title begins/,
  ],
  [
    "a title that has it elsewhere",
    issueEvent({
      action: "opened",
      label: undefined,
      issue: issue({ title: "Fix the [agent]", labels: [] }),
    }),
    prefixed,
    false,
    [],
    /does not act on "opened"/,
  ],
  [
    "a title that was edited to begin so",
    issueEvent({ action: "edited", label: undefined, issue: issue({ title: "[agent] Fix", labels: [] }) }),
    prefixed,
    false,
    [],
    /does not act on "edited"/,
  ],
  [
    "a pull request from a branch that begins as asked for",
    pullRequestEvent({ pullRequest: pullRequest({ source: { branch: "agent/fix", repo: "octo/hello" } }) }),
    prefixed,
    true,
    ["permission"],
    /from the branch agent\/fix/,
  ],
  ["a pull request from another branch", pullRequestEvent(), prefixed, false, [], /does not act/],
];

describe("decide", () => {
  it.each(rows)("%s", (_what, event, automation, matched, stillToAsk, reason) => {
    const match = decide(event, 3, automation, "github");
    expect(match).toMatchObject({ automation: automation.name, event: 3, matched, stillToAsk });
    expect(match.reason).toMatch(reason);
  });
});
