import { randomUUID } from "node:crypto";
import { once } from "node:events";

import { execa } from "execa";

import type { Command, Executor, Exit } from "../core/executor.ts";
import { endGently, killAll } from "./strays.ts";

/** How long the output of a command may stay open once every process of it was ended, in milliseconds. */
const OUTPUT_GRACE_MS = 1_000;
/** The longest that a timer of Node's can wait, in milliseconds: almost 25 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs commands as plain processes of this machine, under our own user: for trusted repositories only. Each command
 * leads a session and process group of its own, and what leaves it is found by a mark in its environment.
 */
export function processExecutor(): Executor {
  return { execute };
}

async function execute(
  command: Command,
  { signal, onOutput }: { signal: AbortSignal; onOutput: (text: string) => void },
): Promise<Exit> {
  if (signal.aborted) return { kind: "stopped" };
  const mark = `FORGEHAND_EXECUTION=${randomUUID()}`;
  const child = start(command, mark);
  const { pid } = child;
  if (pid === undefined) {
    const { shortMessage } = await child;
    return { kind: "not started", reason: shortMessage ?? "The system would not start it." };
  }
  const { stdout, stderr } = child;
  const take = capped(onOutput, command.outputLimit);
  for (const stream of [stdout, stderr]) stream.setEncoding("utf8").on("data", take);

  const group = { leader: pid, mark };
  const ending: { why?: "timed out" | "stopped"; done?: Promise<void> } = {};
  const end = (why: "timed out" | "stopped") => {
    ending.why ??= why;
    ending.done ??= endGently(group, command.killAfter);
  };
  const stop = () => end("stopped");
  const timer = setTimeout(() => end("timed out"), Math.min(command.timeout, LONGEST_TIMER_MS));
  signal.addEventListener("abort", stop, { once: true });
  const [code, killedBy] = (await once(child.nodeChildProcess, "exit")) as [
    number | null,
    NodeJS.Signals | null,
  ];
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
  await ending.done;
  await killAll(group);

  const close = setTimeout(() => [stdout, stderr].forEach((stream) => stream.destroy()), OUTPUT_GRACE_MS);
  await child;
  clearTimeout(close);
  if (ending.why !== undefined) return { kind: ending.why };
  return code === null ? { kind: "killed", signal: killedBy ?? "unknown" } : { kind: "exited", code };
}

function start({ argv, cwd, environment, stdin }: Command, mark: string) {
  const [file, ...args] = argv;
  const [name, value] = mark.split("=");
  return execa(file, args, {
    cwd,
    env: { ...environment, [name ?? ""]: value },
    extendEnv: false,
    input: stdin ?? "",
    detached: true,
    buffer: false,
    reject: false,
  });
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
