import { describe, expect, it } from "@jest/globals";

import { openRunRoom } from "../support/run-room.ts";
import { manualEvent, scheduleEvent } from "../support/samples.ts";

const room = () => openRunRoom();
const ofTime = { event: scheduleEvent("automation-1"), thread: undefined, label: undefined };

describe("a run that no issue asked for", () => {
  it("on a schedule opens a pull request that closes nothing, and goes on with it the next time", async () => {
    await using at = { room: await room(), [Symbol.asyncDispose]: () => at.room.close() };
    const { forge } = at.room;
    const first = await at.room.perform({ run: "echo 1 > made" }, { ...ofTime, publishes: true });
    expect(first).toMatchObject({ state: "succeeded", branch: "forgehand/automation-1/schedule-2026-11-30" });
    expect(forge.pullRequests).toMatchObject([
      { title: "Changes by automation-1", target: { branch: "main" } },
    ]);
    expect(forge.pullRequests[0]?.body).toMatch(/What was due at 2026-11-30/);
    expect(forge.pullRequests[0]?.body).not.toMatch(/Closes|issue/);

    const event = scheduleEvent("automation-1", { at: "2026-12-01T06:00:00.000Z" });
    const next = { ...ofTime, event, publishes: true, automation: "automation-1", key: "next" };
    const second = await at.room.perform({ name: "automation-1", run: "cat made && echo 2 > made" }, next);
    expect(second).toMatchObject({
      state: "succeeded",
      branch: first.branch,
      pullRequest: first.pullRequest,
    });
    expect(await at.room.git("show", `${first.branch ?? ""}:made`)).toBe("2");
    expect(forge.pullRequests).toHaveLength(1);
  });

  it("by hand has a branch of its own each time", async () => {
    await using at = { room: await room(), [Symbol.asyncDispose]: () => at.room.close() };
    const byHand = { ...ofTime, event: manualEvent("automation-1"), publishes: true };
    const first = await at.room.perform({ run: "echo 1 > made" }, byHand);
    const second = await at.room.perform({ run: "echo 2 > made" }, byHand);
    expect([first.branch, second.branch]).toEqual([
      `forgehand/automation-1/run-${first.id}`,
      `forgehand/automation-2/run-${second.id}`,
    ]);
    expect(at.room.forge.pullRequests).toHaveLength(2);
  });

  it("looks at the head of the default branch where it publishes nothing, and has its status there", async () => {
    await using at = { room: await room(), [Symbol.asyncDispose]: () => at.room.close() };
    const head = await at.room.git("rev-parse", "main");
    const run = await at.room.perform({ run: "test -f README.md" }, { ...ofTime, publishes: false });
    expect(run).toMatchObject({ state: "succeeded", sha: head });
    expect(run.branch).toBeUndefined();
  });

  it("by hand looks at the branch that was named", async () => {
    await using at = { room: await room(), [Symbol.asyncDispose]: () => at.room.close() };
    const head = await at.room.commit("release", { only: "there" }, "main");
    const event = manualEvent("automation-1", { ref: "refs/heads/release" });
    const run = await at.room.perform(
      { run: "test -f only" },
      { ...ofTime, event, ref: event.ref, publishes: false },
    );
    expect(run).toMatchObject({ state: "succeeded", sha: head });
  });
});
