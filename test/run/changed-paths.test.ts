import { spawnSync } from "node:child_process";

import { describe, expect, it } from "@jest/globals";

import type { ForgeEvent } from "../../src/core/event.ts";
import { createChangedPaths } from "../../src/run/changed-paths.ts";
import type { RunRoom } from "../support/run-room.ts";
import { openRunRoom } from "../support/run-room.ts";
import { pullRequest, pullRequestEvent, pushEvent } from "../support/samples.ts";

const { signal } = new AbortController();

async function opened() {
  const room = await openRunRoom();
  const changed = createChangedPaths(room.dataDir);
  const base = await room.git("rev-parse", "main");
  return {
    room,
    base,
    changed: (event: ForgeEvent) => changed(room.forge, event, signal),
    [Symbol.asyncDispose]: () => room.close(),
  };
}

const moved = (branch: string, after: string, before?: string) =>
  pushEvent({
    ref: `refs/heads/${branch}`,
    after,
    before,
    action: before === undefined ? "created" : "updated",
  });

const pull = (headSha: string, branch = "main") =>
  pullRequestEvent({ pullRequest: pullRequest({ headSha, target: { branch } }) });

/** A branch with a change while its base moves on with another. */
async function apart(room: RunRoom): Promise<string> {
  const head = await room.commit("change", { "docs/über uns.md": "x", "src/a b.ts": "x" }, "main");
  await room.commit("main", { "other/late.txt": "x" }, "main");
  return head;
}

describe("the paths that are changed", () => {
  it("by a pull request are those since it left its target", async () => {
    await using at = await opened();
    const head = await apart(at.room);
    expect(await at.changed(pull(head))).toEqual(["docs/über uns.md", "src/a b.ts"]);
  });

  it("by a push are those since the commit before", async () => {
    await using at = await opened();
    const first = await at.room.commit("change", { "a/one": "1" }, "main");
    const second = await at.room.commit("change", { "b/two": "2" }, "change");
    expect(await at.changed(moved("change", second, first))).toEqual(["b/two"]);
    expect(await at.changed(moved("change", second, at.base))).toEqual(["a/one", "b/two"]);
  });

  it("by a push over something else are those since both were one", async () => {
    await using at = await opened();
    const first = await at.room.commit("change", { "a/one": "1" }, "main");
    const other = await at.room.commit("change", { "b/two": "2" }, "main");
    await at.room.git("config", "uploadpack.allowAnySHA1InWant", "true");
    expect(await at.changed(moved("change", other, first))).toEqual(["b/two"]);
  });

  it("by a new branch are those since it left the default branch", async () => {
    await using at = await opened();
    const head = await apart(at.room);
    expect(await at.changed(moved("change", head))).toEqual(["docs/über uns.md", "src/a b.ts"]);
    expect(await at.changed(moved("again", at.base))).toEqual([]);
  });

  it("by a renamed file are both of its names", async () => {
    await using at = await opened();
    await at.room.commit("change", { "old/name": "some text that stays" }, "main");
    const before = await at.room.git("rev-parse", "change");
    const tree = await at.room.git("rev-parse", `${before}:old`);
    const root = (await at.room.git("ls-tree", "main")).concat(`\n040000 tree ${tree}\tnew\n`);
    const after = await committed(at.room, root, before);
    expect(await at.changed(moved("change", after, before))).toEqual(["new/name", "old/name"]);
  });

  it("are not known for the first push, for a commit that is gone, and for what names none", async () => {
    await using at = await opened();
    expect(await at.changed(moved("main", at.base))).toBeUndefined();
    expect(await at.changed(moved("main", at.base, "c".repeat(40)))).toBeUndefined();
    expect(await at.changed(pull("d".repeat(40)))).toBeUndefined();
    expect(await at.changed(pull(at.base, "gone"))).toBeUndefined();
    expect(
      await at.changed(pullRequestEvent({ pullRequest: pullRequest({ target: undefined }) })),
    ).toBeUndefined();
  });

  it("are not looked at where there are more than ten thousand", async () => {
    await using at = await opened();
    const blob = await at.room.git("rev-parse", "main:README.md");
    const kept = await at.room.git("ls-tree", "main");
    const treeOf = (count: number) =>
      [kept, ...Array.from({ length: count }, (_, number) => `100644 blob ${blob}\t${number}`), ""].join(
        "\n",
      );
    const most = await committed(at.room, treeOf(10_000), at.base);
    expect(await at.changed(pull(most))).toHaveLength(10_000);
    const more = await committed(at.room, treeOf(10_001), at.base);
    expect(await at.changed(pull(more))).toBeUndefined();
  });

  it("throw what may pass", async () => {
    await using at = await opened();
    at.room.forge.failNext("gitCredentials", new Error("the forge is down"));
    await expect(at.changed(pull(at.base))).rejects.toThrow("the forge is down");
  });
});

/** A commit of a tree that is written as `git ls-tree` prints one. */
async function committed(room: RunRoom, tree: string, parent: string): Promise<string> {
  const made = spawnSync("git", ["mktree"], {
    cwd: room.origin,
    input: tree,
    encoding: "utf8",
  }).stdout.trim();
  const commit = await room.git("commit-tree", made, "-p", parent, "-m", "a tree");
  await room.git("update-ref", "refs/heads/change", commit);
  return commit;
}
