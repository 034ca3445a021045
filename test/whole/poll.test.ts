import { afterEach, describe, expect, it } from "@jest/globals";

import { commit } from "../../demo/repository.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../../demo/world.ts";
import { POLL_DOOR } from "../../src/core/delivery.ts";
import { isOver } from "../../src/core/run.ts";
import { until } from "../support/until.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole, WholeOptions } from "../support/whole.ts";

let whole: Whole;

/** Paths of the requests that each forge is looked at by, last of all where it is looked at by several. */
const LOOKS = { github: "/git/matching-refs/heads", gitlab: "/repository/branches" };

afterEach(async () => {
  await whole[Symbol.asyncDispose]();
}, 60_000);

const automations = {
  fix: { on: { label: "fix it" }, run: "date +%N > now.txt" },
  test: { on: { pull_request: ["opened", "updated"] }, run: "true" },
  build: { on: { push: true, branches: [DEFAULT_BRANCH] }, run: "true" },
};
const polling = { interval: "1s" };

async function start(options: Partial<WholeOptions<keyof typeof LOOKS>> = {}): Promise<void> {
  whole = (await startWhole({ automations, polling, echo: false, ...options })) as Whole;
  await looked();
}

/** Wait until everything there was looked at once from now on. */
async function looked(): Promise<void> {
  const { requests, kind } = whole.world;
  const list = LOOKS[kind as keyof typeof LOOKS];
  const looks = () => requests.filter(({ path }) => path.includes(list)).length;
  const before = looks();
  await until(() => looks() > before, 30_000);
  await until(async () => (await whole.store.watches(kind, { limit: 1 }))[0]?.cost !== undefined);
}

/** The runs of an automation, once there are so many and all of them are over. */
async function over(automation: string, count: number) {
  const runs = await until(async () => {
    const all = (await whole.runs()).filter((run) => run.automation === automation);
    return all.length >= count && all.every(({ state }) => isOver(state)) && all;
  }, 60_000);
  await whole.quiet();
  return runs;
}

const change = (branch: string, greeting: string) =>
  commit(whole.world.bare, { branch, message: greeting, files: { "greeting.txt": `${greeting}\n` } });

describe("without any webhook", () => {
  it("a label makes a run with a branch and a pull request, and that pull request a run of its own", async () => {
    await start({ pollOnly: true, polling: undefined });
    const sent = await fetch(`${whole.servers[0]!.url}/webhooks/github`, { method: "POST" });
    expect(sent.status).toBe(404);
    const issue = whole.issue();
    whole.world.changeLabels(issue, { add: ["fix it"] }, OWNER);
    const [run] = await over("fix", 1);
    expect(run).toMatchObject({ state: "succeeded", actor: { login: OWNER.login } });
    const [followed] = await over("test", 1);
    expect(followed).toMatchObject({ state: "succeeded", depth: 1, actor: { login: OWNER.login } });
    expect(whole.world.repository.threads.filter(({ pull }) => pull !== undefined)).toHaveLength(1);
    expect(issue.labels).toEqual(["fix it done"]);
    expect(whole.comments(issue)).toHaveLength(1);
    expect(await whole.runs()).toHaveLength(2);

    const key = run!.delivery;
    expect(JSON.parse(await whole.cli("explain", key))).toMatchObject({
      sender: { state: "not checked" },
      reading: { kind: "event", events: [{ kind: "issue", issue: { number: issue.number } }] },
      decisions: expect.arrayContaining([expect.objectContaining({ outcome: "run", run: run!.id })]),
    });
  }, 120_000);

  it("a label makes a run at a forge that knows no installations, where the owner lists the repository", async () => {
    await start({ forge: "gitlab", pollOnly: true, polling, listed: true });
    const issue = whole.issue();
    whole.world.changeLabels(issue, { add: ["fix it"] }, OWNER);
    expect(await over("fix", 1)).toMatchObject([{ state: "succeeded", actor: { login: OWNER.login } }]);
    expect(await over("test", 1)).toMatchObject([{ state: "succeeded", depth: 1 }]);
    expect(issue.labels).toEqual(["fix it done"]);
  }, 120_000);

  it("a label by somebody without write permission is refused", async () => {
    await start();
    const issue = whole.issue();
    whole.world.changeLabels(issue, { add: ["fix it"] }, STRANGER);
    await until(() => whole.comments(issue).length === 1, 30_000);
    expect(whole.comments(issue)[0]?.bodies.at(-1)).toContain("octocat has read permission");
    expect(await whole.runs()).toEqual([]);
  }, 90_000);

  it("a pull request, a new head and a push make a run each", async () => {
    await start();
    await commit(whole.world.bare, {
      branch: "change",
      from: DEFAULT_BRANCH,
      message: "change",
      files: { "greeting.txt": "one\n" },
    });
    await whole.world.openPullRequest({ title: "Change", branch: "change" });
    await over("test", 1);
    const after = await change("change", "two");
    await over("test", 2);
    expect(whole.statuses(after).map(({ state }) => state)).toEqual(["pending", "success"]);
    const pushed = await change(DEFAULT_BRANCH, "three");
    const [build] = await over("build", 1);
    expect(build).toMatchObject({ state: "succeeded", sha: pushed, ref: `refs/heads/${DEFAULT_BRANCH}` });
    expect(whole.statuses(pushed).map(({ state }) => state)).toEqual(["pending", "success"]);
    expect(await whole.runs()).toHaveLength(3);
  }, 120_000);
});

describe("with webhooks", () => {
  it("one happening that both tell of makes one run", async () => {
    await start();
    const { repository } = whole.world;
    const issue = whole.issue();
    await whole.label(issue, "fix it");
    const before = await change(DEFAULT_BRANCH, "one");
    const after = await change(DEFAULT_BRANCH, "two");
    await whole.tell(
      await whole.world.told({
        kind: "pushed",
        repository,
        actor: OWNER,
        branch: DEFAULT_BRANCH,
        before,
        after,
      }),
    );
    await over("fix", 1);
    await over("build", 1);
    await until(async () => {
      const deliveries = await whole.store.deliveries({ limit: 200 });
      return deliveries.some(({ door }) => door === POLL_DOOR);
    }, 30_000);
    // What is found of one happening may be spread over two looks.
    await looked();
    await whole.quiet();
    const runs = await whole.runs();
    expect(runs.filter(({ automation }) => automation === "fix")).toHaveLength(1);
    expect(runs.filter(({ automation, sha }) => automation === "build" && sha === after)).toHaveLength(1);
    expect(whole.comments(issue)).toHaveLength(1);
  }, 120_000);

  it("what happened while no server was there is found when one starts again", async () => {
    await start();
    await whole.servers.shift()!.stop();
    const issue = whole.issue();
    whole.world.changeLabels(issue, { add: ["fix it"] }, OWNER);
    const pushed = await change(DEFAULT_BRANCH, "meanwhile");
    await whole.start();
    await over("fix", 1);
    expect(await over("build", 1)).toMatchObject([{ sha: pushed }]);
  }, 120_000);
});

describe("a server that is gone in the middle of a round", () => {
  it("loses nothing and doubles nothing", async () => {
    await start({ servers: 2 });
    const issues = Array.from({ length: 4 }, (_, index) => whole.issue(`Fix ${index}`));
    for (const [index, issue] of issues.entries()) {
      whole.world.changeLabels(issue, { add: ["fix it"] }, OWNER);
      if (index % 2 === 0) continue;
      await until(
        async () => (await whole.store.jobs({ stage: "poll", limit: 1 }))[0]?.held === true,
        30_000,
      );
      await whole.servers.shift()!.stop("SIGKILL");
      await whole.passTime();
      await whole.start();
    }
    const runs = await over("fix", issues.length);
    expect(runs.map(({ thread }) => thread?.number).sort()).toEqual(
      issues.map(({ number }) => number).sort(),
    );
    await looked();
    await looked();
    await whole.quiet();
    expect((await whole.runs()).filter(({ automation }) => automation === "fix")).toHaveLength(issues.length);
  }, 180_000);
});

describe("a repository that brings automations of its own", () => {
  it("is looked at for its file, and then for what that wants", async () => {
    const repositoryAutomations = { repositories: ["**"] };
    await start({ pollOnly: true, automations: {}, repositoryAutomations });
    const text = `automations:\n  own:\n    on: { pull_request: [opened], push: true, branches: [${DEFAULT_BRANCH}] }\n    run: "true"\n`;
    const { bare } = whole.world;
    await commit(bare, { branch: DEFAULT_BRANCH, message: "Add", files: { ".forgehand.yml": text } });
    const [pushed] = await over("own", 1);
    expect(pushed?.event.kind).toBe("push");
    await until(() => whole.world.requests.some(({ path }) => path.includes("/pulls")), 30_000);
    await looked();
    await commit(bare, { branch: "found", from: DEFAULT_BRANCH, message: "x", files: { x: "x" } });
    await whole.world.openPullRequest({ title: "Found", branch: "found", draft: false });
    const runs = await over("own", 2);
    expect(runs.map(({ event }) => event.kind)).toEqual(["push", "pull_request"]);
  }, 90_000);
});
