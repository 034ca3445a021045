import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { PLAYED } from "../../demo/worlds.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";

const DEMO = fileURLToPath(new URL("../../demo/demo.ts", import.meta.url));

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => folder[Symbol.asyncDispose]());

const environment = () => ({ PATH: process.env.PATH ?? "", TMPDIR: folder.path });

/** The demo as a process of its own, with what it has said so far. */
function start(...flags: string[]) {
  const child = spawn(process.execPath, [DEMO, ...flags], { env: environment() });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => (said += data.toString()));
  }
  // Twice, as from a terminal by way of `forgehand demo`.
  const interrupt = () => child.kill("SIGINT") && child.kill("SIGINT");
  return { said: () => said, gone: once(child, "close"), interrupt, hangUp: () => child.stdout.destroy() };
}

interface Told {
  readonly ok: boolean;
  readonly facts: readonly {
    readonly forge: string;
    readonly place: string;
    readonly step: string;
    readonly seen: string | null;
  }[];
}

describe("the demo", () => {
  it("sees every step on every forge and prints them as one JSON object", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [DEMO, "--json"], { env: environment() });
    const { ok, facts } = JSON.parse(stdout) as Told;
    expect(facts.filter(({ seen }) => seen === null)).toEqual([]);
    expect(ok).toBe(true);
    const steps = Map.groupBy(facts, ({ forge }) => forge);
    expect([...steps.keys()]).toEqual([...PLAYED]);
    expect(new Set([...steps.values()].map(({ length }) => length)).size).toBe(1);
    expect(await readdir(folder.path)).toEqual([]);
  }, 90_000);

  it("keeps everything running until it is interrupted, and leaves nothing behind", async () => {
    const demo = start("--keep");
    try {
      const [, link = ""] = await until(() => /Sign in at (\S+)/.exec(demo.said()) ?? undefined, 60_000);
      expect((await fetch(link, { redirect: "manual" })).status).toBe(303);
    } finally {
      demo.interrupt();
    }
    expect(await demo.gone).toEqual([0, null]);
    expect(demo.said()).toContain("Everything was seen");
    expect(await readdir(folder.path)).toEqual([]);
  }, 90_000);

  it("tidies up when nobody reads it any more", async () => {
    const demo = start();
    await until(() => demo.said().includes("Forgehand listens") || undefined, 60_000);
    demo.hangUp();
    expect(await demo.gone).toEqual([130, null]);
    expect(await readdir(folder.path)).toEqual([]);
  }, 90_000);
});
