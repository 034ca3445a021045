import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { commit, headOf, makeBareRepository } from "../../demo/repository.ts";
import type { Account, Thread } from "../../demo/stand-in/state.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../../demo/world.ts";
import type { World } from "../../demo/world.ts";
import type { CheckState, ReviewState } from "../../src/core/event.ts";
import type { Run } from "../../src/core/run.ts";
import type { ScriptedAgent } from "../support/scripted-agent.ts";
import { IDLE, scriptedAgent } from "../support/scripted-agent.ts";
import type { Temporary } from "../support/temporary.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import type { Whole } from "../support/whole.ts";
import { startWhole } from "../support/whole.ts";

const LABEL = "coding agent";

describe.each(["github", "gitlab", "gitea"] as const)("the pull request of an agent on %s", (forge) => {
  let folder: Temporary;
  let agent: ScriptedAgent;
  let whole: Whole<World>;

  beforeAll(async () => {
    folder = await temporaryFolder();
    agent = await scriptedAgent(folder.path);
    const { environment } = agent;
    whole = await startWhole({
      forge,
      automations: { "coding-agent": { on: { label: LABEL }, agent: agent.agent, environment } },
      environment: { OPENAI_API_KEY: "sk-of-the-owner" },
    });
    whole.world.requireChecks(DEFAULT_BRANCH, ["build"]);
  }, 90_000);

  beforeEach(async () => agent.release());
  afterEach(async () => agent.release());

  afterAll(async () => {
    await whole[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  }, 60_000);

  const isOf = (thread: Thread, { kind, number }: NonNullable<Run["thread"]>) =>
    number === thread.number && (kind === "pull_request") === (thread.pull !== undefined);
  const runsOn = async (thread: Thread) =>
    (await whole.runs()).filter((run) => run.thread !== undefined && isOf(thread, run.thread));
  const said = (thread: Thread) => whole.comments(thread).at(-1)?.bodies.at(-1) ?? "";
  const us = () => `@${whole.world.self.login.replace("[bot]", "")}`;

  const say = async (thread: Thread, body: string, actor: Account = OWNER) => {
    await whole.comment(thread, body, actor);
    await whole.quiet();
  };
  const review = async (thread: Thread, state: ReviewState, body: string, actor: Account = OWNER) => {
    const { world } = whole;
    // There the words of a review are comments, and a review says no more than its state.
    if (forge === "gitlab") await whole.comment(thread, body, actor);
    const given = world.review(thread, state, body, actor);
    const about = { repository: thread.repository, actor, thread };
    await whole.tell(await world.told({ kind: "reviewed", ...about, review: given }));
  };
  const check = async (sha: string, name: string, state: CheckState) => {
    const { world } = whole;
    const ended = world.check(sha, name, state, OWNER);
    const about = { repository: world.repository, actor: OWNER };
    await whole.tell(await world.told({ kind: "checked", ...about, check: ended }));
    await whole.quiet();
  };

  /** What is on a branch, and how often an agent added a line to it. */
  const lines = async (branch: string) => {
    const { stdout } = await promisify(execFile)("git", [
      "--git-dir",
      whole.world.bare,
      "show",
      `${branch}:greeting.txt`,
    ]);
    return stdout.split("\n").filter((line) => line.startsWith("Line ")).length;
  };

  /** A pull request that a run made for an issue. */
  const opened = async (title: string) => {
    const issue = whole.issue(title);
    await whole.label(issue, LABEL);
    await whole.quiet();
    const [run] = await runsOn(issue);
    return { issue, ...shown(run) };
  };
  const shown = (run: Run | undefined) => {
    const number = run?.pullRequest?.number;
    const thread = whole.world.repository.threads.find(
      (one) => one.pull !== undefined && one.number === number,
    );
    if (run?.branch === undefined || thread === undefined) throw new Error("no pull request was opened");
    return { run, branch: run.branch, thread };
  };

  it("goes on by a mention, /forgehand run and a review that requests changes, on its branch", async () => {
    const { branch, thread, run } = await opened("Greet more");
    await say(thread, `Another one, ${us()}`);
    await say(thread, "/forgehand run");
    await review(thread, "approved", "Fine.");
    await review(thread, "changes_requested", "Not enough.");
    await whole.quiet();
    const runs = await runsOn(thread);
    expect(runs).toMatchObject([
      { state: "succeeded", follows: run.id, branch, depth: 0 },
      { state: "succeeded", branch, depth: 0 },
      { state: "succeeded", branch, depth: 0, event: { kind: "review" } },
    ]);
    expect(await lines(branch)).toBe(4);
    expect(await headOf(whole.world.bare, branch)).toBe(runs[2]?.pushedSha);
    expect(said(thread)).toContain("It answers a review by");
    expect((await agent.prompts()).at(-1)).toContain("Not enough.");
    const pulls = whole.world.repository.threads.filter((one) => one.pull?.head.branch === branch);
    expect(pulls).toHaveLength(1);
  }, 120_000);

  it("listens to nobody without rights, and to talk that means somebody else", async () => {
    const { thread } = await opened("Greet some");
    await say(thread, `Another one, ${us()}`, STRANGER);
    expect(said(thread)).toContain("Nothing was started for this mention");
    await review(thread, "changes_requested", "More.", STRANGER);
    await say(thread, "Looks good to me. @somebody-else?");
    expect(await runsOn(thread)).toEqual([]);
  }, 120_000);

  it("says so where a follow-up changes nothing, and pushes nothing", async () => {
    const { branch, thread } = await opened("Greet once");
    const before = await headOf(whole.world.bare, branch);
    await say(thread, `${us()}: ${IDLE}`);
    expect(await runsOn(thread)).toMatchObject([{ state: "succeeded" }]);
    expect(said(thread)).toContain("Nothing was changed.");
    expect(await headOf(whole.world.bare, branch)).toBe(before);
  }, 120_000);

  it("goes on by required checks that fail on what it pushed, until the chain ends", async () => {
    const { branch, thread } = await opened("Greet well");
    const fail = async (name: string, state: CheckState = "failure") =>
      check((await headOf(whole.world.bare, branch)) ?? "", name, state);
    // Where a forge has one check for a commit, that one is required.
    if (whole.world.checkName("lint") !== whole.world.checkName("build")) await fail("lint");
    await fail("build", "success");
    expect(await runsOn(thread)).toEqual([]);
    for (const depth of [1, 2, 3]) {
      await fail("build");
      expect((await runsOn(thread)).at(-1)).toMatchObject({
        depth,
        state: "succeeded",
        event: { kind: "check" },
      });
    }
    await fail("build");
    expect(await runsOn(thread)).toHaveLength(3);
    expect(said(thread)).toContain("nothing more is started until a person asks");
    await say(thread, "/forgehand run");
    expect((await runsOn(thread)).at(-1)).toMatchObject({ depth: 0, state: "succeeded" });
  }, 180_000);

  it("loses nothing that is said during a run, also when the server dies meanwhile", async () => {
    const { branch, thread } = await opened("Greet all");
    await agent.hold();
    const asked = (await agent.prompts()).length;
    await whole.comment(thread, `First, ${us()}`);
    await until(async () => (await agent.prompts()).length > asked, 30_000);
    await whole.comment(thread, `Second, ${us()}`);
    await review(thread, "changes_requested", "Third.");
    await until(() => said(thread).includes("is taken up when it is over"), 30_000);
    await whole.servers[0]?.stop("SIGKILL");
    whole.servers.splice(0, whole.servers.length);
    await agent.release();
    await whole.start();
    await whole.passTime();
    await whole.quiet();
    const runs = await runsOn(thread);
    expect(runs).toHaveLength(2);
    expect(runs[1]).toMatchObject({ state: "succeeded", branch });
    const prompt = (await agent.prompts()).at(-1);
    for (const word of ["First", "Second", "Third"]) expect(prompt).toContain(word);
  }, 180_000);

  it("takes up what is said on the issue during its run, in the same pull request", async () => {
    await agent.hold();
    const asked = (await agent.prompts()).length;
    const issue = whole.issue("Greet those");
    await whole.label(issue, LABEL);
    await until(async () => (await agent.prompts()).length > asked, 30_000);
    await whole.comment(issue, `In capitals, ${us()}`);
    await until(() => said(issue).includes("is taken up when it is over"), 30_000);
    await agent.release();
    await whole.quiet();
    const runs = await runsOn(issue);
    expect(runs).toMatchObject([{ state: "succeeded" }, { state: "succeeded", follows: runs[0]?.id }]);
    expect(runs[1]?.pullRequest).toEqual(runs[0]?.pullRequest);
    expect(await lines(shown(runs[1]).branch)).toBe(2);
    expect((await agent.prompts()).at(-1)).toContain("In capitals");
  }, 180_000);

  it("works on the branch of anybody's pull request that gets the label, and never on a fork's", async () => {
    const { world } = whole;
    const { thread } = await whole.pull("lamp", { "lamp.txt": "Lamp\n" });
    await whole.label(thread, LABEL);
    await whole.quiet();
    expect(await runsOn(thread)).toMatchObject([{ state: "succeeded", publishes: true, branch: "lamp" }]);
    expect(await lines("lamp")).toBe(1);
    await say(thread, `Once more, ${us()}`);
    expect(await lines("lamp")).toBe(2);

    const bare = await makeBareRepository(world.root, world.fork.fullName, DEFAULT_BRANCH);
    const head = await commit(bare, { branch: "lamp", message: "lamp", files: { "lamp.txt": "Bomb\n" } });
    const theirs = await world.openPullRequest({ title: "Lamp", branch: "lamp", from: world.fork }, STRANGER);
    await whole.label(theirs, LABEL);
    await say(theirs, `Go on, ${us()}`);
    expect(await runsOn(theirs)).toEqual([]);
    expect(await headOf(bare, "lamp")).toBe(head);
    expect(await lines("lamp")).toBe(2);
  }, 180_000);

  it("rests once its pull request is closed", async () => {
    const { thread } = await opened("Greet last");
    thread.state = "closed";
    await say(thread, `Another one, ${us()}`);
    await review(thread, "changes_requested", "More.");
    await whole.quiet();
    expect(await runsOn(thread)).toEqual([]);
  }, 120_000);
});
