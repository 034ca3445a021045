import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** What a process has used since it began. */
export interface Usage {
  /** Microseconds of CPU, user and system, of all its threads. */
  readonly cpu: number;
  /** Resident bytes now. */
  readonly memory: number;
}

/** A server in a process of its own that can be asked what it uses. */
export interface Measured {
  readonly port: number;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

const PROBE = join(import.meta.dirname, "probe.js");
const START_DEADLINE_MS = 20_000;

/**
 * Start a server with the Node that runs the bench. It is ready when it has written an address of 127.0.0.1. Throws
 * with what it wrote when it ends before, or says nothing for 20 s.
 */
export async function startMeasured(
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Measured> {
  const child = spawn(process.execPath, ["--import", PROBE, ...argv], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const ended = once(child, "exit");
  try {
    const port = await addressOf(child);
    return {
      port,
      usage: async () => {
        const answer = once(child, "message");
        child.send("usage");
        const [usage] = (await answer) as [Usage];
        return usage;
      },
      stop: async () => {
        child.kill("SIGTERM");
        await ended;
      },
    };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

async function addressOf(child: ChildProcess): Promise<number> {
  let written = "";
  const found = Promise.withResolvers<number>();
  const fail = (why: string) => found.reject(new Error(`The server ${why}. It wrote:\n${written}`));
  const timer = setTimeout(() => fail("did not say where it listens"), START_DEADLINE_MS);
  child.once("exit", () => fail("ended"));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      written = (written + text).slice(-10_000);
      const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(written)?.[1];
      if (port !== undefined) found.resolve(Number(port));
    });
  }
  try {
    return await found.promise;
  } finally {
    clearTimeout(timer);
  }
}
