import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readdir } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import type { RoundReport } from "../../chaos/round.ts";
import { missingServers } from "../../chaos/servers/programs.ts";
import { living, processesBelow } from "../support/processes.ts";
import { describeWith } from "../support/services.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";

const CHAOS = fileURLToPath(new URL("../../chaos/chaos.ts", import.meta.url));
const SLOW = 300_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
  // PostgreSQL works as another account where we are root.
  await chmod(folder.path, 0o711);
});
afterEach(async () => folder[Symbol.asyncDispose]());

interface Told {
  readonly ok: boolean;
  readonly rounds: readonly RoundReport[];
}

function start(...flags: readonly string[]) {
  const env = { PATH: process.env.PATH ?? "", TMPDIR: folder.path };
  const child = spawn(process.execPath, [CHAOS, ...flags], { env, stdio: ["ignore", "pipe", "pipe"] });
  let progress = "";
  child.stderr.setEncoding("utf8").on("data", (some: string) => (progress += some));
  const pid = child.pid ?? 0;
  return { pid, child, gone: once(child, "close"), stdout: text(child.stdout), progress: () => progress };
}

/** Folders of ours that are left. (A server that is killed while it makes a box leaves an empty one of its own.) */
const left = async () => (await readdir(folder.path)).filter((name) => name.startsWith("forgehand-chaos-"));

/** One burst of the size of CI. Nothing of it is left, neither files nor processes. */
async function survives(on: string, kinds: readonly string[]): Promise<void> {
  const { gone, stdout, progress } = start("--on", on, "--size", "ci");
  const [code] = (await gone) as [number | null];
  if (code !== 0) throw new Error(`${await stdout}\n${progress()}`);
  const told = JSON.parse(await stdout) as Told;
  expect(told).toMatchObject({ ok: true, rounds: [{ on, deliveries: 2_000, runsExpected: 50, runs: 50 }] });
  const [round] = told.rounds;
  expect(round?.kills).toBeGreaterThanOrEqual(10);
  expect(Object.keys(round?.killsOf ?? {}).sort()).toEqual([...kinds].sort());
  expect(await left()).toEqual([]);
}

describe("a burst on SQLite", () => {
  it("survives its servers and workers being killed", () => survives("sqlite", ["serve", "worker"]), SLOW);
});

describeWith(missingServers())("a burst on PostgreSQL and RabbitMQ", () => {
  const kinds = [
    "web",
    "worker",
    ...["postgres", "rabbitmq"].flatMap((one) => [`${one} stopped`, `${one} connections`]),
  ];
  it("survives all of them being killed and cut off", () => survives("postgres", kinds), SLOW);

  it(
    "leaves nothing behind when it is interrupted",
    async () => {
      const { pid, child, gone, stdout, progress } = start("--on", "postgres");
      const early = gone.then(() => Promise.reject(new Error(progress())));
      await Promise.race([until(() => progress().includes("are answered"), SLOW), early]);
      early.catch(() => undefined);
      const started = await processesBelow(pid);
      expect(started.length).toBeGreaterThan(5);
      child.kill("SIGINT");
      expect(await gone).toEqual([130, null]);
      expect(await stdout).toBe("");
      expect(await left()).toEqual([]);
      await until(async () => (await living(started)).length === 0);
    },
    SLOW,
  );
});

it("says how it is used where that cannot be understood", async () => {
  const { gone, progress } = start("--on", "mysql");
  expect(await gone).toEqual([2, null]);
  expect(progress()).toContain("Usage: npm run chaos");
});
