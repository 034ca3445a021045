import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

import type { Guard } from "../../src/run/guard.ts";

const LOOK_AGAIN_MS = 50;
/** Milliseconds until a server has to answer: after a crash it has to put its files in order first. */
const START_DEADLINE_MS = 90_000;

/** A server that we started, in a process group of its own. */
export interface Child {
  readonly pid: number;
  /** Send a signal to the server alone, or to all of its group, and wait until it is gone. */
  end(signal: NodeJS.Signals, whom?: "server" | "group"): Promise<void>;
  /** Whether it is gone by itself. */
  readonly gone: boolean;
}

/** A program to be started. */
export interface Program {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** File that its output is added to. */
  readonly log: string;
  /** Ends its group when we die without a word. */
  readonly guard: Guard;
}

export async function startChild({ argv, environment, cwd, log, guard }: Program): Promise<Child> {
  const [file = "", ...args] = argv;
  const output = createWriteStream(log, { flags: "a" });
  await once(output, "open");
  const env = { PATH: process.env.PATH ?? "", ...environment, ...guard.mark().variables };
  const child = spawn(file, args, { cwd, env, stdio: ["ignore", output, output], detached: true });
  output.close();
  await once(child, "spawn");
  const { pid = 0 } = child;
  const forget = guard.watch(pid);
  const exited = once(child, "exit").finally(forget);
  return {
    pid,
    get gone() {
      return isGone(child);
    },
    async end(signal, whom = "server") {
      if (isGone(child)) return;
      process.kill(whom === "group" ? -pid : pid, signal);
      await exited;
    },
  };
}

const isGone = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** Wait until somebody listens on a port. Throws where the server is gone before, or takes too long. */
export async function listens(port: number, child: Child, log: string): Promise<void> {
  const end = Date.now() + START_DEADLINE_MS;
  while (!(await answers(port))) {
    if (child.gone || Date.now() > end) throw new Error(`nobody listens on port ${port}: see ${log}`);
    await wait(LOOK_AGAIN_MS);
  }
}

export async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
