import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "@jest/globals";

import { living, processesBelow, startedWith } from "../support/processes.ts";
import { scratch } from "../support/scratch.ts";
import { until } from "../support/until.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole, WholeOptions } from "../support/whole.ts";

let whole: Whole;

afterEach(async () => {
  await whole[Symbol.asyncDispose]();
}, 60_000);
// What the servers started may use it until they are gone.
const path = scratch();

/** A command that says when it works, and works until it may go on. */
const patient = () => `touch ${path("began")}; until test -e ${path("go")}; do sleep 0.05; done`;
const began = () => until(() => existsSync(path("began")));

async function start(automations: WholeOptions["automations"], servers = 1): Promise<void> {
  whole = await startWhole({ automations, servers });
}

describe("two server processes on one store", () => {
  it("make one run of each label and one comment on each issue", async () => {
    await start({ fix: { on: { label: "fix it" }, run: "date +%N > now.txt" } }, 2);
    const issues = Array.from({ length: 8 }, (_, index) => whole.issue(`Fix ${index}`));
    await Promise.all(
      issues.map((issue, index) => whole.label(issue, "fix it", { to: whole.servers[index % 2]! })),
    );
    await until(async () => (await whole.runs()).length === issues.length);
    await whole.quiet();
    const runs = await whole.runs();
    expect(runs.map(({ state }) => state)).toEqual(issues.map(() => "succeeded"));
    expect(new Set(runs.map(({ thread }) => thread?.number)).size).toBe(issues.length);
    expect(issues.map((issue) => whole.comments(issue).length)).toEqual(issues.map(() => 1));
    expect(whole.world.repository.threads.filter(({ pull }) => pull !== undefined)).toHaveLength(
      issues.length,
    );
  }, 120_000);

  it("keep one delivery that both get at once, and start one run", async () => {
    await start({ fix: { on: { label: "fix it" }, run: "true" } }, 2);
    const issue = whole.issue();
    const answers = await Promise.all(
      whole.servers.map((to) => whole.label(issue, "fix it", { id: "one-and-the-same", to })),
    );
    expect(answers.map(({ body }) => (body as { status: string }).status).sort()).toEqual([
      "duplicate",
      "recorded",
    ]);
    await whole.quiet();
    expect(await whole.runs()).toHaveLength(1);
  }, 60_000);
});

describe("a server that is gone", () => {
  it("is taken over: what it had accepted is done by the next one", async () => {
    await start({ fix: { on: { label: "fix it" }, run: "true" } });
    const issue = whole.issue();
    const held = whole.world.answerNext("thread", "hang", issue);
    expect(await whole.label(issue, "fix it")).toMatchObject({ status: 200 });
    await held.taken;
    await whole.servers.shift()!.stop("SIGKILL");
    await whole.passTime();
    await whole.start();
    await until(async () => (await whole.runs()).length === 1);
    expect(await whole.over(1)).toMatchObject({ state: "succeeded" });
  }, 60_000);

  it("leaves a run that is not repeated, but ends as lost", async () => {
    await start({ slow: { on: { label: "wait for it" }, run: patient() } });
    const issue = whole.issue();
    await whole.label(issue, "wait for it");
    await began();
    await whole.servers.shift()!.stop("SIGKILL");
    await whole.passTime();
    await whole.start();
    await until(async () => (await whole.store.run(1))?.state === "errored");
    await until(() => issue.labels.join() === "wait for it failed");
    expect((await whole.store.run(1))?.reason).toMatch(/worker/i);
    expect(whole.comments(issue)[0]?.bodies.at(-1)).toMatch(/worker/i);
    await writeFile(path("go"), "");
  }, 60_000);

  it("takes all that it started along, though no other server ever comes", async () => {
    const stays = (name: string) => `echo $$ > ${path(name)}; while :; do /bin/sleep 1; done`;
    const run = [
      `(setsid sh -c 'trap "" TERM HUP; ${stays("detached")}' &)`,
      `env -i /bin/sh -c '${stays("nameless")}' &`,
      patient(),
    ].join("\n");
    await start({ slow: { on: { label: "wait for it" }, run } });
    expect(await processesBelow(whole.servers[0]!.pid)).toEqual([]);
    await whole.label(whole.issue(), "wait for it");
    await began();
    await until(() => existsSync(path("detached")) && existsSync(path("nameless")));
    const server = whole.servers.shift()!;
    const below = await processesBelow(server.pid);
    const marked = `FORGEHAND_WORKSPACE=${join(whole.dataDir, "runs")}`;
    expect((await startedWith(marked)).length).toBeGreaterThan(2);
    await server.stop("SIGKILL");
    await until(async () => (await startedWith(marked)).length === 0);
    await until(async () => (await living(below)).length === 0);
  }, 60_000);

  it("says so when it was stopped while a command worked", async () => {
    await start({ slow: { on: { label: "wait for it" }, run: patient() } });
    const issue = whole.issue();
    await whole.label(issue, "wait for it");
    await began();
    expect(await whole.servers.shift()!.stop("SIGTERM")).toBe(0);
    await whole.start();
    await until(() => issue.labels.join() === "wait for it failed");
    expect(await whole.store.run(1)).toMatchObject({ state: "errored" });
  }, 60_000);
});

describe("a forge call that hangs beyond the lease", () => {
  it("is made by another worker, corrected when it lands late, and its own worker writes nothing more", async () => {
    await start({ test: { on: { pull_request: ["opened"] }, run: patient() } });
    const [frozen] = whole.servers;
    const held = whole.world.answerNext("setStatus", "hang");
    const { sha } = await whole.pull("change", { "greeting.txt": "hm\n" });
    await Promise.all([held.taken, began()]);
    const state = () => whole.statuses(sha).at(-1)?.state;
    const error = whole.world.shows("error");
    await whole.freeze(frozen!);
    try {
      await whole.passTime();
      await whole.start();
      await until(() => state() === error);

      held.release();
      await until(() => state() === "pending");
      await whole.passTime();
      await until(() => state() === error);
    } finally {
      process.kill(frozen!.pid, "SIGCONT");
    }

    await writeFile(path("go"), "");
    const other = await whole.pull("other", { "greeting.txt": "hm, hm\n" });
    await until(() => whole.statuses(other.sha).at(-1)?.state === "success");
    expect((await whole.store.run(1))?.state).toBe("errored");
    expect(state()).toBe(error);
  }, 90_000);
});

describe("a late status", () => {
  it("of a cancelled run does not cover its successor's", async () => {
    await start({ test: { on: { command: "test" }, run: `test -e ${path("began")} || { ${patient()}; }` } });
    const { thread, sha } = await whole.pull("change", { "greeting.txt": "hm\n" });
    const held = whole.world.answerNext("setStatus", "hang");
    await whole.comment(thread, "/forgehand test");
    await held.taken;
    await began();
    await whole.comment(thread, "/forgehand test");
    await until(async () => (await whole.store.run(1))?.state === "cancelled");
    await until(async () => (await whole.store.run(2))?.state === "succeeded");
    held.release();
    await whole.quiet();
    const last = whole.statuses(sha).at(-1);
    expect(last).toMatchObject({ state: "success", description: expect.stringContaining("Run 2") });
    expect(whole.statuses(sha).map(({ state }) => state)).not.toContain(whole.world.shows("error"));
  }, 60_000);
});
