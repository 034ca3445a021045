import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

import type { Log } from "../core/log.ts";
import { GUARD } from "./guard-script.ts";

/** How long a guard may take to see that nothing is left when we end in order (ms). */
const CLOSE_DEADLINE_MS = 2_000;
const USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

/** What is in the environment of something that we start, and by inheritance of all that this starts. */
export interface Mark {
  /** `NAME=value`, as it stands in /proc. */
  readonly text: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Ends what this process has started when it dies, however suddenly: nobody else would before the next start. */
export interface Guard {
  /** A mark for what is about to be started. From then on all processes that have it die with us. */
  mark(): Mark;
  /**
   * Know a started process that leads a group, too: its group and session die with us, even what emptied its environment.
   * The answer is to be called when nothing of it is left.
   */
  watch(leader: number | undefined): () => void;
  /** End in order. Kills what was marked or watched and is left; resolves when the guard is gone. */
  close(): Promise<void>;
}

/**
 * Open a guard. It is a process of its own, made when the first mark is asked for, in a session of its own, so that what
 * is sent to our process group does not reach it, and without anything of our environment but the path. It hears that we
 * are dead when the kernel closes our end of a pipe that nothing else has inherited. Where somebody ends it, the next
 * mark makes another one, which is told of all that is still watched; `log` hears of that once.
 */
export function openGuard({ log }: { log: Log }): Guard {
  const marks = `FORGEHAND_EXECUTION=${randomUUID()}.`;
  const leaders = new Set<number>();
  let count = 0;
  let guard: ChildProcess | undefined;
  let complained = false;

  const tell = (line: string): void => void guard?.stdin?.write(`${line}\n`);
  const lose = (one: ChildProcess, reason: string): void => {
    if (guard !== one) return;
    guard = undefined;
    if (complained) return;
    complained = true;
    const meaning =
      "the guard of commands is gone: should this process be killed now, what it started runs on; the next command starts another one";
    log.warn({ reason }, meaning);
  };
  const see = (): void => {
    if (guard !== undefined) return;
    const started = start(marks);
    guard = started;
    started.once("error", ({ message }) => lose(started, message));
    started.once("exit", (code, signal) => lose(started, `it ended with ${signal ?? code}`));
    for (const leader of leaders) tell(`+ ${leader}`);
  };

  return {
    mark() {
      see();
      return markOf(`${marks}${++count}`);
    },
    watch(leader) {
      if (leader === undefined) return () => undefined;
      leaders.add(leader);
      tell(`+ ${leader}`);
      return () => {
        leaders.delete(leader);
        tell(`- ${leader}`);
      };
    },
    async close() {
      const last = guard;
      guard = undefined;
      if (last?.pid === undefined || last.exitCode !== null || last.signalCode !== null) return;
      last.ref();
      last.stdin?.end(".\n");
      await Promise.race([once(last, "exit"), wait(CLOSE_DEADLINE_MS, undefined, { ref: false })]);
    },
  };
}

/** For what needs no guard, since it ends by itself at once: marks, and nobody who looks after them. */
export const unguarded: Guard = {
  mark: () => markOf(`FORGEHAND_EXECUTION=${randomUUID()}`),
  watch: () => () => undefined,
  close: () => Promise.resolve(),
};

function markOf(text: string): Mark {
  const [name = "", value = ""] = text.split("=");
  return { text, variables: { [name]: value } };
}

function start(marks: string): ChildProcess {
  const child = spawn("/bin/sh", ["-c", GUARD, "forgehand-guard", marks], {
    cwd: "/",
    env: { PATH: process.env.PATH ?? USUAL_PATH },
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  // Nobody waits for it, and a guard that is gone hears nothing.
  child.unref();
  child.stdin.on("error", () => undefined);
  if (child.stdin instanceof Socket) child.stdin.unref();
  return child;
}
