import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { silent } from "../../src/core/log.ts";
import { openGuard } from "../../src/run/guard.ts";
import type { Mortal } from "../support/mortal.ts";
import { startMortal } from "../support/mortal.ts";
import { living, processesBelow, processesIn } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let worker: Mortal;

beforeEach(async () => {
  folder = await temporaryFolder();
  worker = startMortal(folder.path, "plain");
});

afterEach(async () => {
  await worker[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** A command that says that it runs, and runs for ever, out of reach of what is sent to its first process. */
const lasting = (name: string) =>
  `(setsid sh -c 'echo $$ > ${name}; while :; do sleep 1; done' &); while :; do sleep 1; done`;
const runs = (name: string) =>
  until(async () => (await readFile(join(folder.path, name), "utf8").catch(() => "")).endsWith("\n"));
const nothingIsLeft = () => until(async () => (await processesIn(folder.path)).length === 0);

describe("the guard of commands", () => {
  it("is not there before the first command", async () => {
    const before = await processesBelow(process.pid);
    const guard = openGuard({ log: silent });
    expect(await processesBelow(process.pid)).toEqual(before);
    guard.mark();
    expect(await processesBelow(process.pid)).toHaveLength(before.length + 1);
    await guard.close();
    expect(await processesBelow(process.pid)).toEqual(before);
  });

  it("has nothing of our environment but the path", async () => {
    worker.execute(lasting("one"));
    await runs("one");
    const guard = await worker.guard();
    const environment = await readFile(`/proc/${guard?.pid}/environ`, "utf8");
    const names = environment.split("\0").map((one) => one.split("=")[0]);
    expect(names.filter((name) => name !== "" && name !== "PWD")).toEqual(["PATH"]);
  });

  it("is one for all commands", async () => {
    worker.execute(lasting("one"));
    worker.execute(lasting("two"));
    await Promise.all([runs("one"), runs("two")]);
    const guards = (await worker.started()).filter(({ words }) => words.includes("forgehand-guard"));
    expect(guards).toHaveLength(1);
  });

  it("does not end when it is asked to", async () => {
    worker.execute(lasting("one"));
    await runs("one");
    const guard = await worker.guard();
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.kill(guard!.pid, signal);
    worker.kill();
    await nothingIsLeft();
  });

  it("is made anew with the next command when somebody killed it, knows what runs, and is missed once", async () => {
    worker.execute("env -i /bin/sh -c 'echo $$ > old; while :; do /bin/sleep 1; done'");
    await runs("old");
    for (const name of ["two", "three"]) {
      const guard = await worker.guard();
      process.kill(guard!.pid, "SIGKILL");
      // Until the worker has buried it, it does not know.
      await until(() => !existsSync(`/proc/${guard!.pid}`));
      worker.execute(lasting(name));
      await runs(name);
      expect(await worker.guard()).not.toEqual(guard);
    }
    await until(() => worker.said().length > 0);
    expect(worker.said()).toEqual([expect.stringMatching(/guard of commands is gone/)]);
    worker.kill();
    await nothingIsLeft();
  });

  it("ends with a worker that ends in order", async () => {
    worker.execute(lasting("one"));
    await runs("one");
    const started = await worker.started();
    await worker.end();
    expect(await living(started)).toEqual([]);
    expect(await processesIn(folder.path)).toEqual([]);
  });
});
