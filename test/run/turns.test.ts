import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { cancelRun } from "../../src/core/run-steps.ts";
import { pauseRun, resumeRun } from "../../src/core/turn.ts";
import { groupOf } from "../../src/run/group.ts";
import { createRefs } from "../../src/run/refs.ts";
import { newRun, issue, issueEvent } from "../support/samples.ts";
import type { RunRoom } from "../support/run-room.ts";
import { openRunRoom } from "../support/run-room.ts";
import { until } from "../support/until.ts";

let room: RunRoom;
beforeEach(async () => {
  room = await openRunRoom();
});
afterEach(() => room.close());

const started = (id: number) =>
  until(async () => {
    const run = await room.store.run(id);
    return run?.commandStartedAt === undefined ? undefined : run;
  });

describe("a command that ends badly", () => {
  const fails = "test ! -e junk; touch junk; exit 3";

  it("is tried as often as its automation says, each time in a fresh workspace, and told of in the log", async () => {
    const first = await room.perform({ run: fails, attempts: 3 });
    expect(first).toMatchObject({ state: "queued", attempts: 1 });
    expect(await room.leftovers()).toEqual([]);
    expect(await room.work()).toMatchObject({ state: "queued", attempts: 2 });
    const last = await room.work();
    expect(last).toMatchObject({ state: "failed", attempts: 3, exitCode: 3 });
    const log = await room.log(last);
    expect(log.match(/attempt \d of 3/g)).toEqual(["attempt 1 of 3", "attempt 2 of 3"]);
    expect(log).toContain("The command ended with exit code 3. It is tried again from the beginning.");
  });

  it("is tried once where nothing is said", async () => {
    expect(await room.perform({ run: fails })).toMatchObject({ state: "failed", attempts: 1 });
  });

  it("is tried again after a time-out", async () => {
    const run = await room.perform({ run: "exec sleep 600", timeout: 200, attempts: 2 });
    expect(run).toMatchObject({ state: "queued", attempts: 1 });
    expect(await room.work()).toMatchObject({ state: "failed", attempts: 2 });
  });

  it("is not tried again once somebody cancelled it", async () => {
    const { id } = await room.add({ run: "exec sleep 600", attempts: 3 });
    const working = room.work();
    await started(id);
    await room.store.change((transaction) => cancelRun(transaction, id, "No."));
    expect(await working).toMatchObject({ state: "cancelled", attempts: 1 });
  });

  it("ends for good when the minutes of its budget are used up", async () => {
    const run = await room.perform({ run: "exec sleep 600", attempts: 3, budget: { minutes: 0.01 } });
    expect(run).toMatchObject({
      state: "failed",
      attempts: 1,
      reason: "The budget of 0.01 minutes in 24 hours is used up, so the command was ended.",
    });
    expect(await room.log(run)).toContain("its budget leaves it");
  });
});

describe("a run that waits", () => {
  it("is left alone until the one before it is over, and then starts", async () => {
    const first = await room.add({ run: "true" }, { group: "deploy" });
    const second = await room.add({ run: "true" }, { group: "deploy" });
    await room.store.change((transaction) => transaction.moveRun(first.id, "start"));
    await room.store.change((transaction) => transaction.ask("run", String(second.id)));
    const claim = await room.store.claim("run", { lease: 60_000, subject: String(first.id) });
    expect(await room.work()).toMatchObject({ id: second.id, state: "queued", waitsFor: "group" });
    expect(await room.store.claim("run", { lease: 60_000 })).toBeUndefined();
    await room.store.giveBack(claim!, { after: 0, error: "" });
    expect(await room.work()).toMatchObject({ id: first.id, state: "succeeded" });
    expect(await room.work()).toMatchObject({ id: second.id, state: "succeeded" });
  });

  it("is looked at again by itself, should nobody wake it", async () => {
    const first = await room.add({ run: "true" }, { group: "deploy" });
    const second = await room.add({ run: "true" }, { group: "deploy" });
    const claim = await room.store.claim("run", { lease: 60_000, subject: String(first.id) });
    await room.work();
    const job = (await room.store.jobs({ stage: "run", limit: 5 })).find(
      ({ subject }) => subject === String(second.id),
    );
    expect(job?.dueAt!.getTime()).toBeGreaterThan(Date.now());
    expect(job).toMatchObject({ held: false, attempts: 0 });
    expect(claim).toBeDefined();
  });
});

describe("a run that is to be held back", () => {
  it("ends its command, leaves nothing, and starts from the beginning when it goes on", async () => {
    const { id } = await room.add({
      run: "test ! -e junk; touch junk; test -e stop || exec sleep 600",
    });
    const working = room.work();
    await started(id);
    await room.store.change((transaction) => pauseRun(transaction, id, "Alice wants that."));
    const paused = await working;
    expect(paused).toMatchObject({ state: "paused", reason: "Alice wants that.", attempts: 1 });
    expect(paused).not.toHaveProperty("commandStartedAt");
    expect(await room.leftovers()).toEqual([]);
    expect(await room.store.claim("run", { lease: 60_000 })).toBeUndefined();
    expect(await room.log(paused)).toContain("It starts from the beginning when it goes on.");
    await room.commit("main", { stop: "" }, "main");
    await room.store.change((transaction) => resumeRun(transaction, id));
    expect(await room.work()).toMatchObject({ id, state: "succeeded", attempts: 2 });
  });

  it("is held back also where its worker was lost, or had put it back, before it saw that", async () => {
    for (const move of ["start", "requeue"] as const) {
      const { id } = await room.add({ run: "true", restart: true });
      await room.store.change((transaction) => transaction.moveRun(id, "start"));
      await room.store.change((transaction) => pauseRun(transaction, id, "Alice wants that."));
      await room.store.change((transaction) => transaction.moveRun(id, move));
      expect(await room.work()).toMatchObject({ id, state: "paused", reason: "Alice wants that." });
      await room.store.change((transaction) => resumeRun(transaction, id));
      expect(await room.work()).toMatchObject({ id, state: "succeeded" });
    }
  });

  it("starts again at once where it is to go on before its command has ended", async () => {
    const { id } = await room.add({ run: "trap '' TERM; sleep 600 & wait; wait", timeout: 60_000 });
    const stop = new AbortController();
    const executor = {
      execute: async (_: unknown, { signal }: { signal: AbortSignal }) => {
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        await room.store.change((transaction) => resumeRun(transaction, id));
        return { kind: "stopped" } as const;
      },
    };
    const working = room.work({ executor, signal: stop.signal });
    await started(id);
    await room.store.change((transaction) => pauseRun(transaction, id, "Alice wants that."));
    expect(await working).toMatchObject({ state: "queued" });
    expect(await room.store.claim("run", { lease: 60_000 })).toMatchObject({ subject: String(id) });
  });
});

describe("what git tells of refs", () => {
  const signal = new AbortController().signal;
  const { repo } = newRun();

  it("is the head of exactly the ref that is named, and of an annotated tag its commit too", async () => {
    const refs = createRefs(room.dataDir);
    const head = await room.git("rev-parse", "main");
    await room.commit("team/main", { other: "" }, "main");
    expect(await refs.heads(room.forge, { repo, ref: "refs/heads/main" }, signal)).toEqual([head]);
    expect(await refs.heads(room.forge, { repo, ref: "refs/heads/gone" }, signal)).toEqual([]);
    await room.git("tag", "-a", "-m", "one", "v1", head);
    const tag = await room.git("rev-parse", "v1");
    expect(await refs.heads(room.forge, { repo, ref: "refs/tags/v1" }, signal)).toEqual([tag, head]);
  });

  it("is whether a commit goes on from another", async () => {
    const refs = createRefs(room.dataDir);
    const older = await room.git("rev-parse", "main");
    const newer = await room.commit("main", { more: "" }, "main");
    const ref = "refs/heads/main";
    expect(await refs.goesOn(room.forge, { repo, ref, older, newer }, signal)).toBe(true);
    expect(await refs.goesOn(room.forge, { repo, ref, older: newer, newer: older }, signal)).toBe(false);
    const gone = "d".repeat(40);
    expect(await refs.goesOn(room.forge, { repo, ref, older: gone, newer }, signal)).toBe(false);
    expect(await refs.goesOn(room.forge, { repo, ref, older: "--all", newer }, signal)).toBe(false);
  });
});

describe("the name of a group", () => {
  it.each([
    ["deploy-{{ repository }}", "deploy-octo/hello"],
    ["{{ forge }}  {{ issue.number }}", "github 7"],
    ["{{ nothing }}", "{{ nothing }}"],
    ["{{ title }}", "{{ repository }} @all"],
    ["{% for i in (1..99999999) %}x{% endfor %}", "{% for i in (1..99999999) %}x{% endfor %}"],
  ])("of %s is %s", (template, name) => {
    const event = issueEvent({ issue: issue({ title: "{{ repository }} @all" }) });
    expect(groupOf(template, newRun({ event }))).toBe(name);
  });

  it("is cut to 200 characters", () => {
    expect(groupOf("x".repeat(300), newRun())).toHaveLength(200);
  });
});
