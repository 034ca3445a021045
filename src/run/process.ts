import { execa } from "execa";

import type { Command, Executor, Exit } from "../core/executor.ts";
import type { Guard, Mark } from "./guard.ts";
import { unguarded } from "./guard.ts";
import { beganAt } from "./proc.ts";
import { endGently, killAll } from "./strays.ts";
import { supervise } from "./supervise.ts";

/**
 * Runs commands as plain processes of this machine, under our own user: for trusted repositories only. Each command
 * leads a session and process group of its own, and what leaves it is found by a mark in its environment. It has no
 * boxes, so it starts no command that asks for one. What `guard` looks after dies with this process.
 */
export function processExecutor({ guard = unguarded }: { guard?: Guard } = {}): Executor {
  return { execute: (command, options) => execute(command, guard, options) };
}

async function execute(
  command: Command,
  guard: Guard,
  { signal, onOutput }: { signal: AbortSignal; onOutput: (text: string) => void },
): Promise<Exit> {
  if (signal.aborted) return { kind: "stopped" };
  if (command.box !== undefined)
    return { kind: "not started", reason: "It needs a sandbox, and there is none here." };
  const mark = guard.mark();
  const child = start(command, mark);
  const { pid } = child;
  if (pid === undefined) {
    const { shortMessage } = await child;
    return { kind: "not started", reason: shortMessage ?? "The system would not start it." };
  }
  const release = guard.watch(pid);
  const group = { leader: pid, mark: mark.text, since: beganAt(pid) };
  const family = {
    endGently: (killAfter: number) => endGently(group, killAfter),
    killAll: () => killAll(group),
  };
  const {
    code,
    signal: killedBy,
    why,
  } = await supervise(child, command, { family, signal, onOutput }).finally(release);
  await child;
  if (why === "timed out" || why === "stopped") return { kind: why };
  return code === null ? { kind: "killed", signal: killedBy ?? "unknown" } : { kind: "exited", code };
}

function start({ argv, cwd, environment, stdin }: Command, { variables }: Mark) {
  const [file, ...args] = argv;
  return execa(file, args, {
    cwd,
    env: { ...environment, ...variables },
    extendEnv: false,
    input: stdin ?? "",
    detached: true,
    buffer: false,
    reject: false,
  });
}
