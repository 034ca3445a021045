import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { commit, makeBareRepository } from "../../demo/repository.ts";
import type { Told } from "../../demo/stand-in/delivery.ts";
import type { Account, Thread } from "../../demo/stand-in/state.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../../demo/world.ts";
import type { World } from "../../demo/world.ts";
import type { Run } from "../../src/core/run.ts";
import { until } from "../support/until.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole } from "../support/whole.ts";

const AUTOMATIONS = {
  "coding-agent": { on: { label: "coding agent" }, run: "echo Hello >> greeting.txt" },
  // It works until somebody ends it.
  slow: { on: { label: "slow", command: "slow" }, run: "exec sleep 600" },
  test: { on: { pull_request: ["opened", "updated"] }, run: "cat lamp.txt", forks: "approve" },
};

/** A delivery of an edit as the one of a close that the forge makes of it. */
const CLOSED: Readonly<Record<string, (payload: Told["payload"]) => Told["payload"]>> = {
  github: (payload) => ({ ...payload, action: "closed", changes: undefined }),
  gitea: (payload) => ({ ...payload, action: "closed", changes: undefined }),
  gitlab: ({ object_attributes: thread, ...payload }) => ({
    ...payload,
    object_attributes: { ...(thread as object), action: "close" },
    changes: { state_id: { previous: 1, current: 2 } },
  }),
};

/** Where the target repository shows the head of a pull request. The stand-in's ref does not follow a fork by itself. */
const HEADS: Readonly<Record<string, string>> = {
  github: "refs/pull",
  gitea: "refs/pull",
  gitlab: "refs/merge-requests",
};

describe.each(["github", "gitlab", "gitea"] as const)("people on %s", (forge) => {
  let whole: Whole<World>;

  beforeAll(async () => {
    whole = await startWhole({ automations: AUTOMATIONS, forge });
  }, 90_000);

  afterAll(async () => whole[Symbol.asyncDispose](), 30_000);

  const runsOn = async (thread: Thread) =>
    (await whole.runs()).filter(
      (run) =>
        run.thread?.number === thread.number &&
        (run.thread.kind === "pull_request") === (thread.pull !== undefined),
    );

  /** What our one comment says now. */
  const said = (thread: Thread): string => {
    const [comment, ...others] = whole.comments(thread);
    expect(others).toEqual([]);
    return comment?.bodies.at(-1) ?? "";
  };

  const say = async (thread: Thread, body: string, actor: Account = OWNER) => {
    await whole.comment(thread, body, actor);
    await whole.quiet();
  };

  const unlabel = async (thread: Thread, label: string) => {
    whole.world.changeLabels(thread, { remove: [label] }, OWNER);
    const about = { repository: thread.repository, actor: OWNER, thread };
    await whole.tell(await whole.world.told({ kind: "labels", ...about, added: [], removed: [label] }));
  };

  /** A run of the slow automation, once the forge shows that it is under way. */
  const underWay = async (): Promise<{ issue: Thread; run: Run }> => {
    const issue = whole.issue("Slow");
    await whole.label(issue, "slow");
    const run = await until(async () => {
      const [one] = await runsOn(issue);
      const shown = issue.labels.includes("slow processing") && !issue.labels.includes("slow");
      return shown && one?.commandStartedAt !== undefined ? one : undefined;
    }, 30_000);
    return { issue, run };
  };

  it("whose label was refused are answered when somebody with the right approves, in one comment", async () => {
    const issue = whole.issue("Greet");
    for (const id of ["first", "second"]) {
      await whole.label(issue, "coding agent", { actor: STRANGER, id });
      await whole.quiet();
    }
    await say(issue, "/forgehand approve", STRANGER);
    expect(await runsOn(issue)).toEqual([]);
    expect(said(issue)).toContain(`${STRANGER.login} has read permission`);
    expect(said(issue)).toContain("`/forgehand approve`");
    await say(issue, "Fine.\r\n/forgehand approve");
    expect(await runsOn(issue)).toMatchObject([
      { state: "succeeded", label: "coding agent", actor: { login: OWNER.login } },
    ]);
    expect(issue.labels).toEqual(["coding agent done"]);
    expect(said(issue)).toContain("succeeded");
  }, 90_000);

  it("let exactly the head of a fork run that they name", async () => {
    const { world } = whole;
    const bare = await makeBareRepository(world.root, world.fork.fullName, DEFAULT_BRANCH);
    const first = await commit(bare, { branch: "lamp", message: "lamp", files: { "lamp.txt": "Lamp\n" } });
    const thread = await world.openPullRequest({ title: "Lamp", branch: "lamp", from: world.fork }, STRANGER);
    const about = { repository: world.repository, actor: STRANGER, thread };
    await whole.tell(await world.told({ kind: "opened", ...about }));
    await whole.quiet();
    expect(await runsOn(thread)).toEqual([]);
    expect(said(thread)).toContain(`/forgehand approve ${first}`);

    const files = { "lamp.txt": "Bomb\n" };
    const second = await commit(bare, { branch: "lamp", message: "bomb", files });
    const head = `+refs/heads/lamp:${HEADS[forge]}/${thread.number}/head`;
    await promisify(execFile)("git", ["--git-dir", world.bare, "fetch", "--quiet", bare, head]);
    await say(thread, `/forgehand approve ${first}`);
    expect(await runsOn(thread)).toEqual([]);
    expect(said(thread)).toContain(`It is ${second}`);

    await whole.tell(await world.told({ kind: "updated", ...about, before: first, after: second }));
    await say(thread, `/forgehand approve ${second}`, STRANGER);
    expect(await runsOn(thread)).toEqual([]);
    await say(thread, `/forgehand approve ${second}`);
    expect(await runsOn(thread)).toMatchObject([
      { automation: "test", state: "succeeded", sha: second, actor: { login: OWNER.login } },
    ]);
    const [run] = await runsOn(thread);
    const explained = JSON.parse(await whole.cli("explain", run!.delivery)) as { approvals: unknown };
    expect(explained.approvals).toMatchObject([{ automation: "test", sha: second }]);
  }, 120_000);

  it("end a run by a command, and have it done again by another", async () => {
    const { issue, run } = await underWay();
    await whole.comment(issue, "/forgehand cancel", STRANGER);
    await until(() => said(issue).includes("Nothing was done for `/forgehand cancel`."));
    expect(await whole.store.run(run.id)).toMatchObject({ state: "running" });
    await whole.comment(issue, "/forgehand cancel");
    expect(await whole.over(run.id)).toMatchObject({
      state: "cancelled",
      reason: `${OWNER.login} asked for that by a comment.`,
    });
    expect(said(issue)).toContain("was cancelled");
    expect(issue.labels).toEqual(["slow stopped"]);
    await whole.comment(issue, "/forgehand retry");
    const again = await until(async () => (await runsOn(issue))[1]);
    expect(again).toMatchObject({ automation: "slow", follows: run.id });
    await whole.comment(issue, `/forgehand cancel ${again.id}`);
    expect(await whole.over(again.id)).toMatchObject({ state: "cancelled" });
  }, 120_000);

  it("end a run by taking the label off that shows it", async () => {
    const { issue, run } = await underWay();
    await unlabel(issue, "slow processing");
    expect(await whole.over(run.id)).toMatchObject({
      state: "cancelled",
      reason: 'The label "slow processing" was taken off.',
    });
  }, 90_000);

  it("end a run by closing its issue", async () => {
    const { issue, run } = await underWay();
    const { world } = whole;
    const about = { repository: world.repository, actor: OWNER, thread: issue };
    issue.state = "closed";
    const { event, payload } = await world.told({ kind: "edited", ...about });
    await whole.tell({ event, payload: CLOSED[forge]!(payload) });
    expect(await whole.over(run.id)).toMatchObject({
      state: "cancelled",
      reason: `The issue #${issue.number} was closed.`,
    });
  }, 90_000);

  it("are answered and helped in the one comment, whoever may read, and helped unasked only once", async () => {
    const issue = whole.issue("Talk");
    await say(issue, "/forgehand status", STRANGER);
    expect(said(issue)).toContain("Nothing was run here yet.");
    await say(issue, "> /forgehand run slow\n\n/forgehand help");
    expect(said(issue)).toContain("`/forgehand run coding-agent`");
    await say(issue, "/forgehand dance");
    expect(said(issue)).toContain("I did not understand that.");
    await say(issue, "/forgehand status");
    await say(issue, "/forgehand sing");
    expect(said(issue)).toContain("Nothing was run here yet.");
    expect(await runsOn(issue)).toEqual([]);
  }, 90_000);
});

describe("people on Bitbucket Data Center, which has no labels", () => {
  it("start, end and repeat a run by commands, and are told so in the one comment", async () => {
    await using whole = await startWhole({ automations: AUTOMATIONS, forge: "bitbucket-data-center" });
    const { thread } = await whole.pull("work", { "lamp.txt": "Lamp\n" });
    await whole.quiet();
    await whole.comment(thread, "/forgehand run slow");
    const run = await until(async () =>
      (await whole.runs()).find((one) => one.automation === "slow" && one.commandStartedAt !== undefined),
    );
    await whole.comment(thread, "/forgehand cancel slow");
    expect(await whole.over(run.id)).toMatchObject({ state: "cancelled" });
    await whole.comment(thread, "/forgehand retry test");
    await whole.quiet();
    const runs = (await whole.runs()).filter(({ automation }) => automation === "test");
    expect(runs).toMatchObject([{ state: "succeeded" }, { state: "succeeded", follows: runs[0]!.id }]);
    await whole.comment(thread, "/forgehand status", STRANGER);
    await whole.quiet();
    const [comment, ...others] = whole.comments(thread);
    expect(others).toEqual([]);
    expect(comment?.bodies.at(-1)).toMatch(/was cancelled[\s\S]*Nothing is under way here/);
  }, 120_000);
});
