import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "@jest/globals";

import { createGit } from "../../src/run/git.ts";
import { cleanWorkspaces, gitIn, openWorkspace, WORKSPACE_VARIABLE } from "../../src/run/workspace.ts";
import { apiStandIn } from "../support/api-stand-in.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";

it("a new attempt removes what dead attempts of its run left, and of no other run", async () => {
  await using folder = await temporaryFolder();
  const dead = await openWorkspace(folder.path, 1, "first");
  await writeFile(join(dead.work, "file"), "x");
  await openWorkspace(folder.path, 12, "first");
  await openWorkspace(folder.path, 1, "second");
  expect(await readdir(join(folder.path, "runs"))).toEqual(["1-second", "12-first"]);
});

it("a new attempt ends what a dead attempt still runs", async () => {
  await using folder = await temporaryFolder();
  const dead = await openWorkspace(folder.path, 1, "first");
  const env = { PATH: process.env.PATH, [WORKSPACE_VARIABLE]: dead.work };
  const left = spawn("sleep", ["600"], { env, detached: true });
  await once(left, "spawn");
  const ended = once(left, "exit");
  await openWorkspace(folder.path, 1, "second");
  expect(await ended).toEqual([null, "SIGKILL"]);
});

it("a new attempt ends git of a dead attempt that still waits for its forge", async () => {
  await using folder = await temporaryFolder();
  await using silentForge = await apiStandIn(() => undefined);
  const dead = await openWorkspace(folder.path, 1, "first");
  const remote = {
    url: `${silentForge.url}/octo/hello.git`,
    credentials: { username: "bot", password: "x" },
  };
  const call = { to: "list", signal: new AbortController().signal, remote };
  const ended = gitIn(dead, createGit(folder.path))(["ls-remote", remote.url], call).catch(String);
  await until(() => silentForge.requests.length > 0);
  await openWorkspace(folder.path, 1, "second");
  expect(await ended).toContain("could not list");
});

it("workspaces of runs that nobody works on are removed at start-up", async () => {
  await using folder = await temporaryFolder();
  await openWorkspace(folder.path, 1, "a");
  await openWorkspace(folder.path, 2, "b");
  await cleanWorkspaces(folder.path, async (run) => run === 2);
  expect(await readdir(join(folder.path, "runs"))).toEqual(["2-b"]);
});

it("an installation without workspaces has none to clean", async () => {
  await using folder = await temporaryFolder();
  await expect(cleanWorkspaces(folder.path, async () => false)).resolves.toBeUndefined();
});
