import { randomUUID } from "node:crypto";

import { execa } from "execa";

import type { Command, Executor, Exit } from "../core/executor.ts";
import { endGently, killAll } from "./strays.ts";
import { supervise } from "./supervise.ts";

/**
 * Runs commands as plain processes of this machine, under our own user: for trusted repositories only. Each command
 * leads a session and process group of its own, and what leaves it is found by a mark in its environment. It has no
 * boxes, so it starts no command that asks for one.
 */
export function processExecutor(): Executor {
  return { execute };
}

async function execute(
  command: Command,
  { signal, onOutput }: { signal: AbortSignal; onOutput: (text: string) => void },
): Promise<Exit> {
  if (signal.aborted) return { kind: "stopped" };
  if (command.box !== undefined)
    return { kind: "not started", reason: "It needs a sandbox, and there is none here." };
  const mark = `FORGEHAND_EXECUTION=${randomUUID()}`;
  const child = start(command, mark);
  const { pid } = child;
  if (pid === undefined) {
    const { shortMessage } = await child;
    return { kind: "not started", reason: shortMessage ?? "The system would not start it." };
  }
  const group = { leader: pid, mark };
  const family = {
    endGently: (killAfter: number) => endGently(group, killAfter),
    killAll: () => killAll(group),
  };
  const { code, signal: killedBy, why } = await supervise(child, command, { family, signal, onOutput });
  await child;
  if (why === "timed out" || why === "stopped") return { kind: why };
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
