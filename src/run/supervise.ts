import { once } from "node:events";
import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";

import type { Command } from "../core/executor.ts";

/** How long the output of a command may stay open once every process of it was ended, in milliseconds. */
const OUTPUT_GRACE_MS = 1_000;
/** The longest that a timer of Node's can wait, in milliseconds: almost 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** All processes of one command, however they are found. */
export interface Family {
  /** Ask every process to end. Resolves when none is left, or after `killAfter` milliseconds have killed all. */
  endGently(killAfter: number): Promise<void>;
  /** Kill every process. Resolves when none is left. */
  killAll(): Promise<void>;
}

/** The first process of a command, started with its output in pipes. */
export interface Started {
  readonly nodeChildProcess: ChildProcess;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** How the first process ended, and why we ended it if we did. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly why?: "timed out" | "stopped" | "over limit";
}

/** What a started command is watched with. */
export interface Watching {
  readonly family: Family;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
  /** Aborts when a limit is passed: everything is killed at once then. */
  readonly overLimit?: AbortSignal;
}

/**
 * Watch a command that was started: hand on its output up to its limit, end it when its time is up, when it is stopped
 * or passes a limit. Resolves when its first process has ended and no other is left.
 */
export async function supervise(started: Started, command: Command, watching: Watching): Promise<Ended> {
  const { nodeChildProcess: child, stdout, stderr } = started;
  const { family, signal, overLimit } = watching;
  const take = capped(watching.onOutput, command.outputLimit);
  for (const stream of [stdout, stderr]) stream.setEncoding("utf8").on("data", take);

  const ending: { why?: Ended["why"]; done?: Promise<void> } = {};
  const end = (why: "timed out" | "stopped") => {
    ending.why ??= why;
    ending.done ??= family.endGently(command.killAfter);
  };
  const stop = () => end("stopped");
  const cut = () => {
    ending.why ??= "over limit";
    ending.done = Promise.all([ending.done, family.killAll()]).then(() => undefined);
  };
  const timer = setTimeout(() => end("timed out"), Math.min(command.timeout, LONGEST_TIMER_MS));
  signal.addEventListener("abort", stop, { once: true });
  overLimit?.addEventListener("abort", cut, { once: true });
  const [code, killedBy] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
  overLimit?.removeEventListener("abort", cut);
  await ending.done;
  await family.killAll();

  const closed = stdout.closed && stderr.closed ? Promise.resolve() : once(child, "close");
  const close = setTimeout(() => [stdout, stderr].forEach((stream) => stream.destroy()), OUTPUT_GRACE_MS);
  await closed;
  clearTimeout(close);
  return { code, signal: killedBy, why: ending.why };
}

/** Hands on text until so many bytes were given; what is beyond is dropped. */
function capped(onOutput: (text: string) => void, limit: number): (text: string) => void {
  let left = limit;
  return (text) => {
    if (left === 0) return;
    const bytes = Buffer.byteLength(text);
    if (bytes <= left) {
      onOutput(text);
      left -= bytes;
      return;
    }
    const target = new Uint8Array(left);
    onOutput(text.slice(0, new TextEncoder().encodeInto(text, target).read));
    left = 0;
  };
}
