import { spawn } from "node:child_process";
import { readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "@jest/globals";

import type { Git } from "../../src/run/git.ts";
import { createGit } from "../../src/run/git.ts";
import type { Mirrors } from "../../src/run/mirror.ts";
import { createMirrors, hasCommit } from "../../src/run/mirror.ts";
import type { RunRoom } from "../support/run-room.ts";
import { openRunRoom } from "../support/run-room.ts";
import { repo } from "../support/samples.ts";

const { signal } = new AbortController();
let room: RunRoom;
let mirrors: Mirrors;
let git: Git;
beforeEach(async () => {
  room = await openRunRoom();
  git = createGit(room.dataDir);
  mirrors = createMirrors(room.dataDir);
});
afterEach(() => room.close());

const has = (path: string, sha: string) => hasCommit(git, path, sha, signal);

it("a mirror gets what is new and drops branches that are gone", async () => {
  await room.commit("old", { a: "1" }, "main");
  await mirrors.refresh(room.forge, repo, { git, signal });
  await room.git("branch", "-D", "old");
  const sha = await room.commit("new", { a: "2" }, "main");
  const path = await mirrors.refresh(room.forge, repo, { git, signal });
  expect(await readdir(join(path, "refs/heads"))).toEqual(["main", "new"]);
  expect(await has(path, sha)).toBe(true);
});

it("a mirror serves several runs at once", async () => {
  const paths = await Promise.all([1, 2, 3, 4].map(() => mirrors.refresh(room.forge, repo, { git, signal })));
  expect(new Set(paths).size).toBe(1);
});

it("a mirror is shared with other processes, which do the same at the same time", async () => {
  const others = [1, 2, 3].map(() => createMirrors(room.dataDir));
  for (const round of [1, 2, 3]) {
    const sha = await room.commit("moving", { round: String(round) }, "main");
    const paths = await Promise.all(others.map((one) => one.refresh(room.forge, repo, { git, sha, signal })));
    expect(await has(paths[0] ?? "", sha)).toBe(true);
  }
});

it("a lock that a dead process left long ago does not stay in the way", async () => {
  const path = await mirrors.refresh(room.forge, repo, { git, signal });
  const lock = join(path, "refs/heads/main.lock");
  await writeFile(lock, "");
  await utimes(lock, 1, 1);
  const sha = await room.commit("main", { a: "1" }, "main");
  await mirrors.refresh(room.forge, repo, { git, signal });
  expect(await has(path, sha)).toBe(true);
  await expect(stat(lock)).rejects.toThrow();
});

it("a lock that a dead process left just now stays in the way for a moment only", async () => {
  const path = await mirrors.refresh(room.forge, repo, { git, signal });
  await writeFile(join(path, "refs/heads/main.lock"), "");
  const sha = await room.commit("main", { a: "1" }, "main");
  await mirrors.refresh(room.forge, repo, { git, signal });
  expect(await has(path, sha)).toBe(true);
});

it("a lock of a living process is left to it", async () => {
  const path = await mirrors.refresh(room.forge, repo, { git, signal });
  const lock = join(path, "refs/heads/main.lock");
  await writeFile(lock, "");
  const holder = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)", path]);
  await room.commit("main", { a: "1" }, "main");
  try {
    const refused = mirrors.refresh(room.forge, repo, { git, signal });
    await expect(refused).rejects.toThrow(/main\.lock/);
    expect((await stat(lock)).isFile()).toBe(true);
  } finally {
    holder.kill();
  }
});

it("a commit that no branch leads to is fetched by its name", async () => {
  await room.git("config", "uploadpack.allowAnySHA1InWant", "true");
  const sha = await room.commit("short-lived", { a: "1" }, "main");
  await room.git("branch", "-D", "short-lived");
  const path = await mirrors.refresh(room.forge, repo, { git, sha, signal });
  expect(await has(path, sha)).toBe(true);
});

it("a commit or ref that the server does not have is simply not there", async () => {
  const sha = "e".repeat(40);
  const path = await mirrors.refresh(room.forge, repo, { git, sha, ref: "refs/pull/9/head", signal });
  expect(await has(path, sha)).toBe(false);
});

it("whoever waits for a mirror can be stopped", async () => {
  const stopped = AbortSignal.abort(new Error("stopped"));
  await expect(mirrors.refresh(room.forge, repo, { git, signal: stopped })).rejects.toThrow("stopped");
});

it("a repository whose id looks like a path stays in its folder", async () => {
  const path = await mirrors.refresh(room.forge, { ...repo, id: "../../escaped" }, { git, signal });
  expect(path.startsWith(join(room.dataDir, "mirrors/github/"))).toBe(true);
});
