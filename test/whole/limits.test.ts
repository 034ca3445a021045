import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { commit } from "../../demo/repository.ts";
import type { Account, Thread } from "../../demo/stand-in/state.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../../demo/world.ts";
import type { World } from "../../demo/world.ts";
import type { Run } from "../../src/core/run.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole } from "../support/whole.ts";

/** Commands tell by a line when they begin and end, and go on until the test lets them. */
const gated = (dir: string, line: string) => ({
  run: [
    `echo "begin $FORGEHAND_RUN_ID" >> ${dir}/${line}`,
    `until [ -e ${dir}/go-$FORGEHAND_RUN_ID ]; do sleep 0.02; done`,
    `echo "end $FORGEHAND_RUN_ID" >> ${dir}/${line}`,
  ].join("\n"),
});

const automationsIn = (dir: string) => ({
  ship: {
    on: { command: "ship" },
    ...gated(dir, "ship"),
    concurrency: { group: "ship-{{ repository }}", when_busy: "queue" },
  },
  sail: {
    on: { command: "sail" },
    ...gated(dir, "ship"),
    concurrency: { group: "ship-{{ repository }}", when_busy: "queue" },
  },
  swap: {
    on: { command: "swap" },
    ...gated(dir, "swap"),
    concurrency: { group: "swap", when_busy: "cancel" },
  },
  narrow: { on: { command: "narrow" }, ...gated(dir, "narrow"), slots: { repository: 1, automation: 4 } },
  fleet: { on: { push: true, branches: ["fleet"] }, ...gated(dir, "fleet") },
  flaky: {
    on: { command: "flaky" },
    attempts: 3,
    run: `test ! -e junk; touch junk; test -e ${dir}/tried || { touch ${dir}/tried; exit 3; }`,
  },
  thrift: { on: { label: "thrift" }, run: "true", budget: { runs: 1, per: "repository" } },
  slow: { on: { label: "slow" }, ...gated(dir, "slow") },
});

describe.each(["github", "gitlab", "gitea"] as const)("limits on %s", (forge) => {
  let whole: Whole<World>;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    whole = await startWhole({ automations: automationsIn(folder.path), forge, servers: 2 });
  }, 90_000);

  afterAll(async () => {
    await whole[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  }, 30_000);

  const go = (run: Run) => writeFile(join(folder.path, `go-${run.id}`), "");
  const lines = async (name: string) =>
    (await readFile(join(folder.path, name), "utf8").catch(() => "")).trim().split("\n");
  const runsOf = async (...names: string[]) =>
    (await whole.runs()).filter(({ automation }) => names.includes(automation));
  /** The run of a number among those of some automations, once it is in a state. */
  const run = (place: number, state: Run["state"], ...names: string[]) =>
    until(async () => {
      const one = (await runsOf(...names))[place];
      return one?.state === state && (state !== "running" || one.commandStartedAt !== undefined)
        ? one
        : undefined;
    }, 30_000);
  const waiting = (place: number, ...names: string[]) =>
    until(async () => {
      const one = (await runsOf(...names))[place];
      return one?.waitsFor === undefined ? undefined : one;
    }, 30_000);
  const said = (thread: Thread): string => {
    const [comment, ...others] = whole.comments(thread);
    expect(others).toEqual([]);
    return comment?.bodies.at(-1) ?? "";
  };
  const ask = async (command: string) => {
    const issue = whole.issue(command);
    await whole.comment(issue, `/forgehand ${command}`);
    return issue;
  };
  const changeLabel = async (
    issue: Thread,
    change: { add?: string[]; remove?: string[] },
    actor: Account,
  ) => {
    whole.world.changeLabels(issue, change, actor);
    const { add: added = [], remove: removed = [] } = change;
    const about = { repository: issue.repository, actor, thread: issue };
    await whole.tell(await whole.world.told({ kind: "labels", ...about, added, removed }));
  };

  it("run those of one group one after another, in order, over automations and processes", async () => {
    await ask("ship");
    const first = await run(0, "running", "ship", "sail");
    await ask("sail");
    await waiting(1, "ship", "sail");
    const last = await ask("ship");
    await waiting(2, "ship", "sail");
    await until(() => said(last).includes("as number 2 in line"));
    const all = [first, ...(await runsOf("ship", "sail")).slice(1)];
    for (const [place, one] of all.entries()) {
      await run(place, "running", "ship", "sail");
      await go(one);
      expect(await run(place, "succeeded", "ship", "sail")).toMatchObject({ id: one.id });
    }
    expect(await lines("ship")).toEqual(all.flatMap(({ id }) => [`begin ${id}`, `end ${id}`]));
    await whole.quiet();
  }, 120_000);

  it("end the older run of a group that says so, and begin the newer one only then", async () => {
    await ask("swap");
    const older = await run(0, "running", "swap");
    await ask("swap");
    const newer = await run(1, "running", "swap");
    expect(await whole.store.run(older.id)).toMatchObject({
      state: "cancelled",
      reason: `Run ${newer.id} took its place.`,
    });
    expect(newer.startedAt!.getTime()).toBeGreaterThanOrEqual(
      (await whole.store.run(older.id))!.finishedAt!.getTime(),
    );
    await go(newer);
    expect(await whole.over(newer.id)).toMatchObject({ state: "succeeded" });
  }, 120_000);

  it("let no more runs go on in a repository than there are slots", async () => {
    await ask("narrow");
    const first = await run(0, "running", "narrow");
    const issue = await ask("narrow");
    const second = await waiting(1, "narrow");
    await until(() => said(issue).includes("It waits for a slot in this repository, as number 1 in line."));
    await go(second);
    await go(first);
    expect(await whole.over(second.id)).toMatchObject({ state: "succeeded" });
    expect(await lines("narrow")).toEqual([first, second].flatMap(({ id }) => [`begin ${id}`, `end ${id}`]));
  }, 120_000);

  it("let the newest commit of a branch win, however late an older one is told of", async () => {
    const { world } = whole;
    const shas: string[] = ["0".repeat(40)];
    for (const name of ["one", "two", "three"]) {
      const from = name === "one" ? DEFAULT_BRANCH : "fleet";
      shas.push(await commit(world.bare, { branch: "fleet", from, message: name, files: { [name]: name } }));
    }
    const push = async (place: number) => {
      const [before, after] = [shas[place - 1]!, shas[place]!];
      const about = { repository: world.repository, actor: OWNER, branch: "fleet", before, after };
      await whole.tell(await world.told({ kind: "pushed", ...about }));
    };
    await push(1);
    const first = await run(0, "running", "fleet");
    await push(3);
    const newest = await run(1, "running", "fleet");
    expect(newest.sha).toBe(shas[3]);
    expect(await run(0, "cancelled", "fleet")).toMatchObject({
      id: first.id,
      reason: `Run ${newest.id} took its place.`,
    });
    await push(2);
    await go(newest);
    expect(await whole.over(newest.id)).toMatchObject({ state: "succeeded" });
    await push(2);
    await whole.quiet();
    expect((await runsOf("fleet")).map(({ sha }) => sha)).toEqual([shas[1], shas[3]]);
  }, 120_000);

  it("try a command again in a fresh workspace, and say so in the log", async () => {
    await ask("flaky");
    const done = await run(0, "succeeded", "flaky");
    expect(done.attempts).toBe(2);
    const log = (await whole.store.log(done.id, 0)).map(({ text }) => text).join("");
    expect(log).toContain("attempt 1 of 3: The command ended with exit code 3.");
    await whole.quiet();
  }, 90_000);

  it("refuse what a budget leaves nothing for, in one comment", async () => {
    await whole.label(whole.issue("Thrift"), "thrift");
    await run(0, "succeeded", "thrift");
    const second = whole.issue("More");
    await whole.label(second, "thrift");
    await whole.quiet();
    expect(said(second)).toMatch(
      /Nothing was started for the label "thrift" \(`thrift`\)\. The budget of 1 run in 24 hours for .* is used up\. It is free again at \d{4}-\d\d-\d\d \d\d:\d\d UTC\./,
    );
    await changeLabel(second, { remove: ["thrift"] }, OWNER);
    await whole.label(second, "thrift");
    await whole.quiet();
    expect(said(second)).toContain("is used up");
    expect(await runsOf("thrift")).toHaveLength(1);
  }, 90_000);

  it("hold a run back while somebody who may ask for it has set its label for that", async () => {
    const issue = whole.issue("Slow");
    await whole.label(issue, "slow");
    const begun = await run(0, "running", "slow");
    await until(() => issue.labels.includes("slow processing"));
    await changeLabel(issue, { add: ["slow paused"] }, STRANGER);
    await until(async () => (await whole.store.jobs({ stage: "match", limit: 10 })).length === 0);
    const unpaused = await whole.store.run(begun.id);
    expect(unpaused).toMatchObject({ state: "running" });
    expect(unpaused).not.toHaveProperty("pauseRequested");
    await changeLabel(issue, { remove: ["slow paused"] }, STRANGER);
    await changeLabel(issue, { add: ["slow paused"] }, OWNER);
    await run(0, "paused", "slow");
    await whole.quiet();
    expect(issue.labels).toEqual(["slow paused"]);
    expect(said(issue)).toContain("is paused");
    await changeLabel(issue, { remove: ["slow paused"] }, OWNER);
    await run(0, "running", "slow");
    await until(() => issue.labels.includes("slow processing"));
    await go(begun);
    expect(await whole.over(begun.id)).toMatchObject({ state: "succeeded", attempts: 2 });
    expect(issue.labels).toEqual(["slow done"]);
    expect(await runsOf("slow")).toHaveLength(1);
  }, 120_000);

  it("end a run whose label for that was set", async () => {
    const issue = whole.issue("Stop");
    await whole.label(issue, "slow");
    const begun = await run(1, "running", "slow");
    await until(() => issue.labels.includes("slow processing"));
    await changeLabel(issue, { add: ["slow stopped"] }, OWNER);
    expect(await whole.over(begun.id)).toMatchObject({
      state: "cancelled",
      reason: `${OWNER.login} set the label "slow stopped".`,
    });
    expect(issue.labels).toEqual(["slow stopped"]);
  }, 90_000);
});
