import { describe, expect, it } from "@jest/globals";

import type { Expected, Found, Shown, Verdict } from "../../chaos/check.ts";
import { judge } from "../../chaos/check.ts";
import { retryKey } from "../../src/match/key.ts";
import { OTHER_SHA, pushEvent, run, SHA } from "../support/samples.ts";

const pushed = run({
  id: 1,
  automation: "quick",
  event: pushEvent(),
  thread: undefined,
  label: undefined,
  comments: false,
  publishes: false,
  context: "forgehand/quick",
  sha: SHA,
  state: "succeeded",
  attempts: 1,
});
const proposed = run({
  id: 2,
  automation: "proposal",
  context: "forgehand/proposal",
  label: "chaos",
  state: "succeeded",
  attempts: 2,
  branch: "forgehand/proposal/7",
  pushedSha: OTHER_SHA,
});

const expected: Expected = {
  answered: new Set(["github 1", "github 2", "gitlab 1"]),
  unsigned: new Set(["github 3"]),
  runs: [
    { forge: "github", automation: "quick", of: SHA },
    { forge: "github", automation: "proposal", of: "#7" },
  ],
  wrongAnswers: new Map(),
  unanswered: 0,
};
const shown: Shown = {
  status: () => "success",
  shows: (_forge, state) => state,
  hasStatuses: () => true,
  thread: () => ({ comments: ["**proposal**: Run 2 succeeded."], labels: ["chaos done"] }),
  pullRequestsFrom: () => 1,
};
const found: Found = {
  // One more than was answered: its answer was lost.
  kept: new Map([
    ["github 1", 1],
    ["github 2", 1],
    ["github 4", 1],
    ["gitlab 1", 1],
  ]),
  runs: [pushed, proposed],
  shown,
  executions: new Map([
    [1, 1],
    [2, 2],
  ]),
  heldByDead: 0,
  orphans: [],
  workspaces: [],
  jobsLeft: 0,
  parked: 0,
};
const seen = (change: Partial<Shown>): Partial<Found> => ({ shown: { ...shown, ...change } });
const lost = {
  ...pushed,
  state: "errored",
  reason: "The worker was lost while the command ran, so nobody knows how far it got.",
} as const;

describe("what is as it has to be", () => {
  it("passes", () => {
    const verdict = judge(expected, found);
    expect(verdict).toMatchObject({ ok: true, troubles: {}, answered: 3, kept: 4, runs: 2, workerLost: 0 });
  });

  it("passes with a run that ended since its worker was lost, once that is shown", () => {
    const change = {
      runs: [lost, proposed],
      ...seen({ status: (_, sha) => (sha === SHA ? "error" : "success") }),
    };
    expect(judge(expected, { ...found, ...change })).toMatchObject({ ok: true, workerLost: 1 });
  });

  it("passes with a run that a redelivery repeated, and asks for the status of the newer one", () => {
    const repeat = { ...pushed, id: 3, key: retryKey(lost) };
    const executions = new Map([...found.executions, [3, 1]]);
    const change = { runs: [lost, proposed, repeat], executions };
    expect(judge(expected, { ...found, ...change })).toMatchObject({ ok: true, runs: 3, runsRepeated: 1 });
    const old = seen({ status: (_, sha) => (sha === SHA ? "error" : "success") });
    expect(judge(expected, { ...found, ...change, ...old })).toMatchObject({ ok: false, wrongStatuses: 1 });
  });

  it("asks a forge without statuses for none", () => {
    const change = seen({ status: () => undefined, hasStatuses: () => false });
    expect(judge(expected, { ...found, ...change }).ok).toBe(true);
  });
});

type Trouble = keyof Omit<Verdict, "ok" | "troubles" | "ended">;

const FOUND: readonly [string, Trouble, Partial<Found>][] = [
  ["a delivery that was answered and is gone", "lost", { kept: new Map([["github 1", 1]]) }],
  ["a delivery that is kept twice", "keptTwice", { kept: new Map([...found.kept, ["github 1", 2]]) }],
  ["a delivery that nobody signed", "forged", { kept: new Map([...found.kept, ["github 3", 1]]) }],
  ["a run that is missing", "runsMissing", { runs: [pushed] }],
  ["a doubled run", "runsDoubled", { runs: [pushed, proposed, { ...pushed, id: 3 }] }],
  [
    "a repeated run that had not ended badly",
    "runsDoubled",
    { runs: [pushed, proposed, { ...pushed, id: 3, key: retryKey(pushed) }] },
  ],
  [
    "a run that nobody asked for",
    "runsUnexpected",
    { runs: [pushed, proposed, { ...pushed, sha: OTHER_SHA }] },
  ],
  ["a run that is not over", "runsNotOver", { runs: [pushed, { ...proposed, state: "running" }] }],
  ["a run that failed", "runsBadlyEnded", { runs: [pushed, { ...proposed, state: "failed" }] }],
  [
    "a command that was executed twice",
    "executedTooOften",
    {
      executions: new Map([
        [1, 2],
        [2, 2],
      ]),
    },
  ],
  ["a success without a command", "executedTooOften", { executions: new Map([[2, 2]]) }],
  [
    "a missing status",
    "statusesMissing",
    seen({ status: (_, sha) => (sha === SHA ? undefined : "success") }),
  ],
  ["a status that is still pending", "wrongStatuses", seen({ status: () => "pending" })],
  [
    "an old label",
    "wrongStatuses",
    seen({
      thread: () => ({ ...shown.thread("", { kind: "issue", number: 7 }), labels: ["chaos processing"] }),
    }),
  ],
  [
    "a missing comment",
    "statusesMissing",
    seen({ thread: () => ({ comments: [], labels: ["chaos done"] }) }),
  ],
  [
    "a second comment",
    "commentsDoubled",
    seen({ thread: () => ({ comments: ["Run 2 succeeded", "Run 2 succeeded"], labels: ["chaos done"] }) }),
  ],
  ["a second pull request", "pullRequestsDoubled", seen({ pullRequestsFrom: () => 2 })],
  ["a pull request that was never opened", "pullRequestsDoubled", seen({ pullRequestsFrom: () => 0 })],
  ["a lease of a dead worker", "heldByDead", { heldByDead: 1 }],
  ["a process that is left", "orphans", { orphans: ["sleep 600"] }],
  ["a workspace that is left", "workspaces", { workspaces: ["/data/runs/1-a"] }],
  ["a job that is still owed", "jobsLeft", { jobsLeft: 1 }],
  ["a parked job", "parked", { parked: 1 }],
];

describe("what is not as it has to be fails", () => {
  it.each(FOUND)("%s", (_, trouble, change) => {
    const verdict = judge(expected, { ...found, ...change });
    expect(verdict.ok).toBe(false);
    expect(verdict[trouble]).toBeGreaterThan(0);
  });

  it.each<[string, Trouble, Partial<Expected>]>([
    ["a delivery that was never answered", "unanswered", { unanswered: 1 }],
    [
      "an answer that nothing may get",
      "wrongAnswers",
      { wrongAnswers: new Map([["404 to a signed one", 1]]) },
    ],
  ])("%s", (_, trouble, change) => {
    const verdict = judge({ ...expected, ...change }, found);
    expect(verdict).toMatchObject({ ok: false, [trouble]: 1 });
  });

  it("names the first ten", () => {
    const many = new Set(Array.from({ length: 12 }, (_, index) => `gitea ${index}`));
    const { lost: count, troubles } = judge({ ...expected, answered: many }, found);
    expect(count).toBe(12);
    expect(troubles.lost).toHaveLength(10);
  });
});
