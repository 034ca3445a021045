import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { afterEach, expect, it } from "@jest/globals";

import { cleanScraps, makeScrap } from "../../src/run/scraps.ts";

const DAY_MS = 86_400_000;
const made: string[] = [];
afterEach(async () => {
  for (const path of made.splice(0)) await rm(path, { recursive: true, force: true });
});

async function scrapOf(pid: number): Promise<string> {
  const path = join(tmpdir(), `forgehand-box-${pid}-test`);
  await mkdir(path, { recursive: true });
  made.push(path);
  return path;
}

it("what a process left that was killed goes when it is a day old, and nothing else", async () => {
  const { pid: dead } = spawnSync("true");
  const left = await scrapOf(dead);
  const used = await makeScrap("probe");
  made.push(used);
  await cleanScraps();
  expect([existsSync(left), existsSync(used)]).toEqual([true, true]);
  await cleanScraps(Date.now() + DAY_MS + 1_000);
  expect([existsSync(left), existsSync(used)]).toEqual([false, true]);
  expect(basename(used)).toContain(`-${process.pid}-`);
});
