import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { commit, makeBareRepository } from "../../demo/repository.ts";
import { DEFAULT_BRANCH, OWNER, STRANGER } from "../../demo/world.ts";
import { startWhole } from "../support/whole.ts";
import type { Whole } from "../support/whole.ts";
import { temporaryFolder } from "../support/temporary.ts";

let whole: Whole;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder();
  whole = await startWhole({
    automations: {
      fix: { on: { label: "fix it" }, run: "date +%N > now.txt" },
      flaky: { on: { label: "try it" }, run: `test -e ${join(folder.path, "ready")} && date +%N > now.txt` },
      test: { on: { pull_request: ["opened", "updated"] }, run: "true" },
    },
  });
}, 60_000);

afterAll(async () => {
  await whole[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
}, 30_000);

const runsOf = async ({ number }: { number: number }) =>
  (await whole.runs()).filter((run) => run.thread?.number === number && run.automation !== "test");

/** Set a label, and wait until everything that follows from it is over. */
async function label(
  thread: Parameters<Whole["label"]>[0],
  name: string,
  how?: Parameters<Whole["label"]>[2],
) {
  const answer = await whole.label(thread, name, how);
  await whole.quiet();
  return answer;
}

describe("a label", () => {
  it("set, answered, removed and set again makes two runs, and a redelivery of the first no third", async () => {
    const issue = whole.issue();
    const id = randomUUID();
    await label(issue, "fix it", { id });
    expect(issue.labels).toEqual(["fix it done"]);
    await label(issue, "fix it");
    expect(await runsOf(issue)).toMatchObject([{ state: "succeeded" }, { state: "succeeded" }]);

    const again = await whole.redeliver(id);
    await whole.quiet();
    expect(again.body).toMatchObject({ status: "duplicate" });
    expect(await runsOf(issue)).toHaveLength(2);
    expect(whole.comments(issue)).toHaveLength(1);
  }, 60_000);

  it("that was taken off before it was looked at starts nothing", async () => {
    const issue = whole.issue();
    const held = whole.world.answerNext("thread", "hang", issue);
    await whole.label(issue, "fix it");
    await held.taken;
    whole.world.changeLabels(issue, { remove: ["fix it"] });
    held.release();
    await whole.quiet();
    expect(await runsOf(issue)).toEqual([]);
  }, 60_000);

  it("by somebody without write permission is refused with one comment, not with two", async () => {
    const issue = whole.issue();
    await label(issue, "fix it", { actor: STRANGER });
    whole.world.changeLabels(issue, { remove: ["fix it"] }, STRANGER);
    await label(issue, "fix it", { actor: STRANGER });
    expect(await runsOf(issue)).toEqual([]);
    const comments = whole.comments(issue);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.bodies).toEqual([expect.stringContaining("octocat has read permission")]);
  }, 60_000);

  it("counts for who set it, not for who sends the delivery", async () => {
    const issue = whole.issue();
    const { world } = whole;
    world.changeLabels(issue, { add: ["fix it"] }, STRANGER);
    const { repository } = world;
    await whole.tell(await world.told({ kind: "edited", repository, actor: OWNER, thread: issue }));
    await whole.quiet();
    expect(await runsOf(issue)).toEqual([]);
  }, 60_000);
});

describe("a redelivery", () => {
  it("repairs a run that failed, with exactly one more", async () => {
    const issue = whole.issue();
    const id = randomUUID();
    await label(issue, "try it", { id });
    expect(await runsOf(issue)).toMatchObject([{ state: "failed" }]);
    expect(issue.labels).toEqual(["try it failed"]);

    await writeFile(join(folder.path, "ready"), "");
    await whole.redeliver(id);
    await whole.quiet();
    await whole.redeliver(id);
    await whole.quiet();
    expect(await runsOf(issue)).toMatchObject([{ state: "failed" }, { state: "succeeded" }]);
    expect(issue.labels).toEqual(["try it done"]);
  }, 60_000);

  it("of one whose forge was down at first makes exactly one run", async () => {
    const issue = whole.issue();
    const { world } = whole;
    const down = { status: 502, message: "Server Error" };
    const faults = [world.answerNext("thread", down, issue), world.answerNext("thread", down, issue)];
    const id = randomUUID();
    await whole.label(issue, "fix it", { id });
    await faults[0]?.taken;
    await whole.redeliver(id);
    await whole.quiet();
    expect(await runsOf(issue)).toMatchObject([{ state: "succeeded" }]);
  }, 60_000);
});

describe("a pull request", () => {
  it("from a fork is not run", async () => {
    const { world } = whole;
    const { repository, fork, git } = world;
    const files = { "greeting.txt": "Gotcha!\n" };
    const bare = await makeBareRepository(world.root, fork.fullName, DEFAULT_BRANCH);
    const sha = await commit(bare, { branch: "gotcha", message: "Gotcha", files });
    const thread = await world.openPullRequest({ title: "Gotcha", branch: "gotcha", from: fork });
    const fetches = git.requests.length;
    await whole.tell(await world.told({ kind: "opened", repository, actor: OWNER, thread }));
    await whole.quiet();
    expect(whole.statuses(sha)).toEqual([]);
    expect(git.requests.length).toBe(fetches);
  }, 60_000);

  it("that gets new commits is run again on its new head", async () => {
    const { repository, bare } = whole.world;
    const { thread, sha } = await whole.pull("twice", { "greeting.txt": "one\n" });
    await whole.quiet();
    const after = await commit(bare, { branch: "twice", message: "two", files: { "greeting.txt": "two\n" } });
    const pushed = { kind: "updated", repository, actor: OWNER, thread, before: sha, after } as const;
    await whole.tell(await whole.world.told(pushed));
    await whole.quiet();
    const states = [sha, after].map((one) => whole.statuses(one).map(({ state }) => state));
    expect(states).toEqual([
      ["pending", "success"],
      ["pending", "success"],
    ]);
    expect(whole.comments(thread)).toHaveLength(1);
  }, 60_000);
});
