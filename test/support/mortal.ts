import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import type { Process } from "./processes.ts";
import { processesBelow } from "./processes.ts";

/** A worker process of its own, which leads its own process group; see `mortal-worker.ts`. */
export interface Mortal extends AsyncDisposable {
  /** Start a command, beside those that run already. */
  execute(line: string): void;
  /** All that it has started and that is still below it, its guard included. */
  started(): Promise<Process[]>;
  /** The guard of its commands. */
  guard(): Promise<Process | undefined>;
  /** What it has logged so far, line by line. */
  said(): string[];
  /** Kill it and its process group, so that it can do nothing any more. */
  kill(): void;
  /** Let it end its commands and itself. */
  end(): Promise<void>;
}

/** Start one that executes commands in a folder. */
export function startMortal(folder: string, kind: "boxed" | "plain"): Mortal {
  const child = spawn(process.execPath, [join(import.meta.dirname, "mortal-worker.ts"), folder, kind], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  const over = once(child, "exit");
  const { pid } = child;
  if (pid === undefined) throw new Error("the worker did not start");
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stdin.on("error", () => undefined);
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const kill = () => {
    if (!isOver()) process.kill(-pid, "SIGKILL");
  };
  return {
    execute: (line) => void child.stdin.write(`${line}\n`),
    started: () => processesBelow(pid),
    guard: async () => (await processesBelow(pid)).find(({ words }) => words.includes("forgehand-guard")),
    said: () => said.split("\n").slice(0, -1),
    kill,
    async end() {
      child.stdin.end();
      await over;
    },
    async [Symbol.asyncDispose]() {
      kill();
      await over;
    },
  };
}
