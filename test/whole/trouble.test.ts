import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { Thread } from "../../demo/stand-in/state.ts";
import { STRANGER } from "../../demo/world.ts";
import type { Run } from "../../src/core/run.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole } from "../support/whole.ts";

const CHANGE = "date +%N > now.txt";

let whole: Whole;

beforeAll(async () => {
  whole = await startWhole({
    automations: {
      fix: { on: { label: "fix it" }, run: CHANGE },
      "refused-push": { on: { label: "push it" }, run: CHANGE },
      missing: { on: { label: "miss it" }, run: "no-such-program --now" },
      slow: { on: { label: "wait for it" }, run: "sleep 60", timeout: "1s" },
      idle: { on: { label: "do nothing" }, run: "true" },
      test: { on: { pull_request: ["opened"] }, run: "no-such-program --now" },
    },
  });
  const hook = join(whole.world.bare, "hooks", "pre-receive");
  await writeFile(
    hook,
    '#!/bin/sh\ngrep -q refused-push && { echo "protected branch" >&2; exit 1; }\nexit 0\n',
  );
  await chmod(hook, 0o755);
}, 60_000);

afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

/** Label a new issue, and wait until its run is over and reported. */
async function runOn(label: string): Promise<{ issue: Thread; run: Run }> {
  const issue = whole.issue(`Please ${label}`);
  await whole.label(issue, label);
  return { issue, run: await overOn(issue) };
}

async function overOn({ number }: Thread): Promise<Run> {
  await whole.quiet();
  const run = (await whole.runs()).findLast((one) => one.thread?.number === number);
  return whole.over(run?.id ?? 0);
}

/** What a person reads on the issue. */
const told = (issue: Thread) => whole.comments(issue)[0]?.bodies.at(-1) ?? "";

describe("a run that comes to nothing says so in a sentence", () => {
  it("when its command is not found", async () => {
    const { issue, run } = await runOn("miss it");
    expect(run).toMatchObject({ state: "failed", exitCode: 127 });
    expect(run.reason).toMatch(/127/);
    expect(told(issue)).toContain("failed");
    expect(issue.labels).toEqual(["miss it failed"]);
  }, 60_000);

  it("when its time is up", async () => {
    const { issue, run } = await runOn("wait for it");
    expect(run.state).toBe("failed");
    expect(told(issue)).toMatch(/1 s/);
  }, 60_000);

  it("when its command changed nothing", async () => {
    const { issue, run } = await runOn("do nothing");
    expect(run.state).toBe("succeeded");
    expect(run.pushedSha).toBeUndefined();
    expect(told(issue)).toMatch(/nothing/i);
  }, 60_000);

  it("when the repository cannot be cloned", async () => {
    const { fork } = whole.world;
    const issue = whole.issue("Clone me", fork);
    await whole.label(issue, "fix it", { actor: STRANGER });
    await whole.quiet();
    const run = (await whole.runs()).findLast(({ repo }) => repo.fullName === fork.fullName)!;
    expect(run.state).toBe("errored");
    expect(told(issue)).toContain(`could not fetch ${fork.fullName}`);
  }, 90_000);

  it("when the push is refused", async () => {
    const { issue, run } = await runOn("push it");
    expect(run.state).toBe("errored");
    expect(told(issue)).toMatch(/push/i);
    expect(issue.labels).toEqual(["push it failed"]);
  }, 60_000);

  it("when the pull request is refused", async () => {
    const refusal = { status: 422, message: "Pull requests are switched off here." };
    whole.world.answerNext("openPullRequest", refusal);
    const { issue, run } = await runOn("fix it");
    expect(run.state).toBe("errored");
    expect(told(issue)).toContain("Pull requests are switched off here.");
    const states = whole.statuses(run.pushedSha ?? "").map(({ state }) => state);
    expect(states).toEqual(["pending", whole.world.shows("error")]);
  }, 60_000);

  it("on the status of a pull request", async () => {
    const { thread, sha } = await whole.pull("broken", { "greeting.txt": "hm\n" });
    await overOn(thread);
    const [pending, failure, ...more] = whole.statuses(sha);
    expect([pending?.state, failure?.state, more]).toEqual(["pending", "failure", []]);
    expect(failure?.description).toMatch(/127/);
  }, 60_000);
});

describe("a report", () => {
  it("that the forge could not take is sent until it stands", async () => {
    const down = { status: 503, message: "Unavailable" };
    whole.world.answerNext("setStatus", down);
    whole.world.answerNext("setStatus", down);
    const { run } = await runOn("fix it");
    const statuses = whole.statuses(run.pushedSha ?? "").filter(({ context }) => context === run.context);
    expect(statuses.at(-1)?.state).toBe("success");
  }, 60_000);

  it("whose answer got lost writes no second comment", async () => {
    whole.world.answerNext("comment", "lose");
    const { issue } = await runOn("do nothing");
    expect(whole.comments(issue)).toHaveLength(1);
    expect(told(issue)).toContain("succeeded");
  }, 60_000);

  it("whose call hangs for ever is given up and sent again", async () => {
    const hanging = whole.world.answerNext("comment", "hang");
    const { issue, run } = await runOn("do nothing");
    expect(run.state).toBe("succeeded");
    expect(whole.comments(issue)).toHaveLength(1);
    hanging.release();
  }, 90_000);
});
