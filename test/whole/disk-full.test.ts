import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { describe, expect, it } from "@jest/globals";

import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { startWhole } from "../support/whole.ts";

const MIB = 1024 * 1024;
/** Longer than a lease lasts (ms). */
const BEYOND_A_LEASE = 35_000;

/** A small file system of its own, where this machine lets us mount one. */
function mounted(path: string): boolean {
  try {
    mkdirSync(path, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const unmount = (path: string) => execFileSync("umount", ["--lazy", path]);

const canMount = await (async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "try");
  if (!mounted(path)) return false;
  unmount(path);
  return true;
})();

/** Fill what is left of a disk; the answer frees it. */
async function fill(disk: string): Promise<() => Promise<void>> {
  const names: string[] = [];
  for (let size = 4 * MIB; size >= 512;) {
    const name = join(disk, `ballast-${names.length}`);
    names.push(name);
    await writeFile(name, new Uint8Array(size)).catch(() => (size /= 2));
  }
  return async () => {
    for (const name of names) await rm(name, { force: true });
  };
}

(canMount ? describe : describe.skip)("a disk that is full", () => {
  it("refuses deliveries, lets a run go on beyond its lease, and is used again by itself", async () => {
    await using marks = await temporaryFolder();
    const go = join(marks.path, "go");
    const began = join(marks.path, "began");
    const run = `echo >> "${began}"\nwhile ! test -e "${go}"; do sleep 0.2; done`;
    await using whole = await startWhole({
      automations: {
        before: { on: { label: "before" }, workspace: "none", run },
        meanwhile: { on: { label: "meanwhile" }, run: "date +%N > now.txt" },
      },
      servers: 0,
      disk: (path) => {
        mounted(path);
        return () => unmount(path);
      },
    });
    const server = await whole.start();
    const before = whole.issue();
    await whole.label(before, "before");
    await until(() => existsSync(began));

    const free = await fill(whole.dataDir);
    const meanwhile = whole.issue();
    const id = "sent-in-trouble";
    await until(async () => (await whole.label(meanwhile, "meanwhile", { id })).status === 503);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    await wait(BEYOND_A_LEASE);
    await writeFile(go, "");
    await wait(2_000);
    await free();

    await until(async () => (await fetch(`${server.url}/readyz`)).status === 200);
    expect(await whole.redeliver(id)).toMatchObject({ status: 200, body: { status: "recorded" } });
    await whole.quiet();
    const runs = await whole.runs();
    expect(runs.map(({ automation, state, attempts }) => [automation, state, attempts])).toEqual([
      ["before", "succeeded", 1],
      ["meanwhile", "succeeded", 1],
    ]);
    expect(whole.comments(before)).toHaveLength(1);
    const told = server.log.filter((line) => line.includes("is full: free some room"));
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(20);
  }, 120_000);
});
