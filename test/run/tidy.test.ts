import { mkdir, readdir, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "@jest/globals";

import { createGit } from "../../src/run/git.ts";
import { careForMirrors } from "../../src/run/mirror-care.ts";
import { createMirrors, hasCommit } from "../../src/run/mirror.ts";
import { startTidying } from "../../src/run/tidy.ts";
import { openWorkspace } from "../../src/run/workspace.ts";
import { recordingLog } from "../support/recording-log.ts";
import type { RunRoom } from "../support/run-room.ts";
import { openRunRoom } from "../support/run-room.ts";
import { repo } from "../support/samples.ts";
import { until } from "../support/until.ts";

const { signal } = new AbortController();
const HOUR_S = 3_600;

let room: RunRoom;
beforeEach(async () => {
  room = await openRunRoom();
});
afterEach(() => room.close());

/** Mirrors of repositories with these ids, used so many hours ago each. */
async function mirrorsOf(hours: Readonly<Record<string, number>>): Promise<Record<string, string>> {
  const git = createGit(room.dataDir);
  const mirrors = createMirrors(room.dataDir);
  const paths: Record<string, string> = {};
  for (const [id, ago] of Object.entries(hours)) {
    const path = await mirrors.refresh(room.forge, { ...repo, id }, { git, signal });
    await writeFile(join(path, "ballast"), new Uint8Array(1_000_000).fill(1));
    await usedAgo(path, ago);
    paths[id] = path;
  }
  return paths;
}

async function usedAgo(path: string, hours: number): Promise<void> {
  const at = Date.now() / 1_000 - hours * HOUR_S;
  await utimes(join(path, "forgehand-used"), at, at);
}

const care = (most: number | undefined) => {
  const { log, lines } = recordingLog();
  const { dataDir } = room;
  return careForMirrors({ dataDir, most, git: createGit(dataDir), log, signal }).then(() => lines);
};

const left = async () => (await readdir(join(room.dataDir, "mirrors", room.forge.name))).sort();

it.each<[string, number | undefined, Record<string, number>, string[]]>([
  ["all stay while they fit", 100_000_000, { 1: 3, 2: 2 }, ["1.git", "2.git"]],
  ["all stay where any size is allowed", undefined, { 1: 3, 2: 2 }, ["1.git", "2.git"]],
  ["the one goes that was used longest ago", 2_800_000, { 1: 2, 2: 4, 3: 3 }, ["1.git", "3.git"]],
  ["as many go as must", 1_500_000, { 1: 2, 2: 4, 3: 3 }, ["1.git"]],
  ["none goes that is in use", 1, { 1: 2, 2: 0, 3: 0.9 }, ["2.git", "3.git"]],
])("of the mirrors %s", async (_, most, hours, expected) => {
  await mirrorsOf(hours);
  await care(most);
  expect(await left()).toEqual(expected);
});

it("a mirror that was pruned is made anew by the next run", async () => {
  await mirrorsOf({ 42: 2 });
  await care(1);
  expect(await left()).toEqual([]);
  const git = createGit(room.dataDir);
  const path = await createMirrors(room.dataDir).refresh(room.forge, repo, { git, signal });
  expect(await readdir(join(path, "refs/heads"))).toEqual(["main"]);
});

it("a mirror that is pruned while a run fetches is made anew at once", async () => {
  const { 42: path = "" } = await mirrorsOf({ 42: 2 });
  const git = createGit(room.dataDir);
  let pruned = false;
  const disturbed: typeof git = async (args, call) => {
    if (args[0] === "fetch" && !pruned) {
      pruned = true;
      await usedAgo(path, 2);
      await care(1);
    }
    return git(args, call);
  };
  await createMirrors(room.dataDir).refresh(room.forge, repo, { git: disturbed, signal });
  expect(pruned).toBe(true);
  expect(await readdir(join(path, "refs/heads"))).toEqual(["main"]);
});

it("what a dead process left half-made of a mirror goes, but not what is just being made", async () => {
  await mirrorsOf({ 1: 2 });
  const folder = join(room.dataDir, "mirrors", room.forge.name);
  for (const name of ["1.git.old", "1.git.new"]) await mkdir(join(folder, name));
  const old = Date.now() / 1_000 - 2 * HOUR_S;
  await utimes(join(folder, "1.git.old"), old, old);
  await care(undefined);
  expect(await left()).toEqual(["1.git", "1.git.new"]);
});

it("many packs of an idle mirror are put together, and nothing is lost", async () => {
  const git = createGit(room.dataDir);
  const { 42: path = "" } = await mirrorsOf({ 42: 0 });
  const packs = async () =>
    (await readdir(join(path, "objects/pack"))).filter((name) => name.endsWith(".pack")).length;
  const shas: string[] = [];
  for (let one = 0; one < 22; one += 1) {
    shas.push(await room.commit("main", { count: String(one) }, "main"));
    const call = { to: "fetch", gitDir: path, signal, local: true };
    const fetch = [
      "-c",
      "fetch.unpackLimit=1",
      "fetch",
      "--quiet",
      room.origin,
      "+refs/heads/*:refs/heads/*",
    ];
    await git(fetch, call);
  }
  await usedAgo(path, 0);
  await care(undefined);
  expect(await packs()).toBeGreaterThan(20);
  await usedAgo(path, 2);
  await care(undefined);
  expect(await packs()).toBe(1);
  for (const sha of shas) expect(await hasCommit(git, path, sha, signal)).toBe(true);
});

it("workspaces of dead workers go again and again, those of living ones never", async () => {
  const { dataDir } = room;
  const { log } = recordingLog();
  await openWorkspace(dataDir, 1, "dead");
  await openWorkspace(dataDir, 2, "alive");
  const isAlive = async (run: number) => run === 2;
  const tidying = startTidying({ dataDir, mirrors: undefined, every: 20, isAlive, log });
  await tidying.cleaned;
  expect(await readdir(join(dataDir, "runs"))).toEqual(["2-alive"]);
  await openWorkspace(dataDir, 3, "dead");
  await until(async () => (await readdir(join(dataDir, "runs"))).length === 1);
  await tidying.stop();
  expect((await stat(join(dataDir, "runs/2-alive"))).isDirectory()).toBe(true);
});

it("a store that does not answer keeps no process from starting, and removes nothing", async () => {
  const { dataDir } = room;
  const { log, lines } = recordingLog();
  await openWorkspace(dataDir, 1, "unknown");
  const isAlive = () => Promise.reject(new Error("no store"));
  const tidying = startTidying({ dataDir, mirrors: undefined, every: 60_000, isAlive, log });
  await tidying.cleaned;
  await tidying.stop();
  expect(await readdir(join(dataDir, "runs"))).toEqual(["1-unknown"]);
  expect(lines).toContainEqual(
    expect.objectContaining({ level: "warn", message: "the data folder could not be tidied" }),
  );
});
