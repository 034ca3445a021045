import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import type { Duplex, Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";

import { execa } from "execa";

import { messageOf } from "../core/errors.ts";
import type { Box, Command, Executor, Exit } from "../core/executor.ts";
import type { Egress } from "./box/egress.ts";
import { openEgress } from "./box/egress.ts";
import { asArguments, carry } from "./box/environment.ts";
import { openGroup } from "./box/group.ts";
import { kinBelow } from "./box/kin.ts";
import {
  bridgeAddresses,
  FACTS_AT,
  FILTER_AT,
  hardLimitOf,
  MISSING,
  proxyVariables,
  STARTS,
  TOLD_AT,
  VARIABLES_AT,
  waysOf,
} from "./box/launch.ts";
import { tooMuch, watchLimits } from "./box/limits.ts";
import { findPrograms } from "./box/programs.ts";
import { systemCallFilter } from "./box/seccomp.ts";
import type { Spare } from "./box/spare.ts";
import { openSpare } from "./box/spare.ts";
import { bubblewrapWords } from "./box/words.ts";
import type { Guard, Mark } from "./guard.ts";
import { unguarded } from "./guard.ts";
import { beganAt } from "./proc.ts";
import type { Family } from "./supervise.ts";
import { supervise } from "./supervise.ts";
import { WORKSPACE_VARIABLE } from "./workspace.ts";

/** How long we look for processes that will not end, and how often (ms). */
const KILL_DEADLINE_MS = 5_000;
const LOOK_AGAIN_MS = 20;
/** Characters that are kept of what is said before a command starts: the reason why it does not. */
const LONGEST_COMPLAINT = 1_000;
/** The program that carries connections for a box: no part of the command. */
const CARRIER = "socat";

type Boxed = Command & { readonly box: Box };

/**
 * Runs boxed commands of this machine in a box of bubblewrap: see `Box` for what that keeps. `closed` are files and
 * folders of ours that no command reads, even where they lie in something that it may read. A command without a box is
 * not started. What `guard` looks after dies with this process, even a box that is only being made.
 *
 * The boxes are made by bubblewrap itself, and the way out of them is the filtering proxy of
 * @anthropic-ai/sandbox-runtime. Its program `srt` makes boxes too, but others than we need: it shows the whole machine
 * and takes away what is listed, where we show only what is listed; it puts mount points of its own into the work tree
 * (`.git/hooks`, `.claude` and more), which would come to be committed; it forbids Unix sockets, which test suites need;
 * and it starts a command as a line of shell after some 0.6 seconds.
 *
 * A command that ends itself with an exit code from 129 on that stands for a deadly signal cannot be told from one that
 * was ended by that signal, and is taken for the latter.
 */
export function sandboxExecutor({
  closed,
  guard = unguarded,
}: {
  closed: readonly string[];
  guard?: Guard;
}): Executor {
  return {
    async execute(command, { signal, onOutput }) {
      if (signal.aborted) return { kind: "stopped" };
      const { box } = command;
      if (box === undefined) return notStarted("It was given no box.");
      const programs = findPrograms();
      if ("missing" in programs) return notStarted(`The sandbox needs ${programs.missing.join(", ")}.`);
      const filter = systemCallFilter();
      if (filter === undefined)
        return notStarted(`There is no sandbox for processors of the kind ${process.arch}.`);
      await using opened = new AsyncDisposableStack();
      try {
        const spare = await openSpare(command.environment.HOME ?? "/", bridgeAddresses(box));
        opened.defer(() => spare.remove());
        const ways = waysOf(box, socketIn(spare));
        const egress: Egress | undefined =
          ways.length === 0 ? undefined : await openEgress(socketIn(spare), box);
        if (egress !== undefined) opened.defer(() => egress.close());
        const carried = carry({ ...proxyVariables(ways), ...command.environment });
        if ("odd" in carried)
          return notStarted(`The variable ${carried.odd} has a name or a value that no shell can hold.`);
        const { unpack } = carried;
        const words = bubblewrapWords({ ...command, box }, { programs, spare, ways, unpack, closed });
        if ("tooMuch" in words)
          return notStarted(`${words.tooMuch} leads to a whole folder, which cannot be hidden.`);
        const { processes } = box.limits;
        const group = processes === undefined ? undefined : await openGroup(hardLimitOf(processes));
        if (group !== undefined) opened.defer(() => group.close());
        return await run(
          { ...command, box },
          {
            words: [...(group?.words ?? []), ...words],
            filter,
            variables: asArguments(carried.words),
            guard,
            signal,
            onOutput,
          },
        );
      } catch (error) {
        return notStarted(messageOf(error));
      }
    },
  };
}

const notStarted = (reason: string): Exit => ({ kind: "not started", reason });
const socketIn = ({ folder }: Spare): string => join(folder, "proxy");

interface Running {
  readonly words: readonly string[];
  readonly filter: Buffer;
  readonly variables: Buffer;
  readonly guard: Guard;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

async function run(command: Boxed, running: Running): Promise<Exit> {
  const { words, filter, variables, guard, signal, onOutput } = running;
  const child = start(command, words, guard.mark());
  if (child.pid === undefined)
    return notStarted((await child).shortMessage ?? "The system would not start it.");
  const stdio: readonly unknown[] = child.nodeChildProcess.stdio;
  tell(stdio[FILTER_AT] as Duplex, filter);
  tell(stdio[VARIABLES_AT] as Duplex, variables);
  const told = reading(stdio[TOLD_AT] as Readable);
  const facts = reading(stdio[FACTS_AT] as Readable);
  const first = () => firstIn(facts.text());

  let complaint = "";
  const hear = (text: string) => {
    if (told.text() === "") complaint = (complaint + text).slice(-LONGEST_COMPLAINT);
    onOutput(text);
  };
  const release = guard.watch(child.pid);
  const limits = watchLimits(first, command.box.writes, command.box.limits);
  const family = familyOf(facts, child.nodeChildProcess);
  const ended = await supervise(child, command, {
    family,
    signal,
    onOutput: hear,
    overLimit: limits.signal,
  }).finally(release);
  await limits.stop();
  await child;
  const { why, code } = ended;
  if (why === "over limit") return { kind: "over limit", what: String(limits.signal.reason) };
  if (why !== undefined) return { kind: why };
  const said = told.text().trim();
  if (said === MISSING) return notStarted(`${command.argv[0]} is not there in the sandbox.`);
  if (said !== STARTS) return notStarted(complaint.trim() || "bubblewrap ended before the command began.");
  return exitOf(code, ended.signal, command.box);
}

/** Bubblewrap ends with the exit code of the command, or 128 and the number of the signal that ended it (POSIX shells do too). */
function exitOf(code: number | null, killedBy: NodeJS.Signals | null, { limits }: Box): Exit {
  if (code === null) return { kind: "killed", signal: killedBy ?? "unknown" };
  const signal = DEADLY.find((name) => constants.signals[name] === code - 128);
  if (signal === undefined) return { kind: "exited", code };
  if (signal === "SIGXCPU" && limits.cpu !== undefined)
    return { kind: "over limit", what: tooMuch.cpu(limits.cpu) };
  if (signal === "SIGXFSZ" && limits.disk !== undefined)
    return { kind: "over limit", what: tooMuch.disk(limits.disk) };
  return { kind: "killed", signal };
}

const DEADLY = [
  "SIGILL",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGKILL",
  "SIGSEGV",
  "SIGTERM",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGSYS",
] as const satisfies readonly NodeJS.Signals[];

/**
 * Nothing of the command's environment counts outside of the box: what is started has none but the marks by which the
 * processes of a dead worker are found (see src/run/strays.ts and src/run/guard.ts). Every program is named by its absolute path.
 */
function start({ environment, stdin }: Boxed, [file = "", ...args]: readonly string[], mark: Mark) {
  return execa(file, args, {
    // Nothing of the command's own folder counts while bubblewrap starts.
    cwd: "/",
    env: { ...markOf(environment), ...mark.variables },
    extendEnv: false,
    input: stdin ?? "",
    stdio: ["pipe", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
    detached: true,
    buffer: false,
    reject: false,
  });
}

function markOf({ [WORKSPACE_VARIABLE]: mark }: Command["environment"]): Record<string, string> {
  return mark === undefined ? {} : { [WORKSPACE_VARIABLE]: mark };
}

function tell(stream: Duplex, what: Buffer): void {
  // A program that does not start reads nothing.
  stream
    .on("error", () => undefined)
    .resume()
    .end(what);
}

/** What a stream says. */
interface Hearing {
  /** All of it so far. */
  text(): string;
  /** Resolves when nothing more can come. */
  readonly over: Promise<void>;
}

function reading(stream: Readable): Hearing {
  let text = "";
  const over = new Promise<void>((resolve) => stream.once("close", resolve));
  stream
    .setEncoding("utf8")
    .on("data", (piece: string) => (text = (text + piece).slice(0, LONGEST_COMPLAINT)));
  stream.on("error", () => undefined);
  return { text: () => text, over };
}

/** The number of the namespace's first process, as we see it: the first of the facts that bubblewrap tells. */
function firstIn(facts: string): number | undefined {
  const [, pid] = /"child-pid": (\d+)/.exec(facts) ?? [];
  return pid === undefined ? undefined : Number(pid);
}

/**
 * The processes of a box: all below the first one of its namespace. It and bubblewrap outside die with each other, and
 * the kernel takes all that is in a namespace along with its first process, which holds the stream of facts open.
 */
function familyOf(facts: Hearing, bubblewrap: ChildProcess): Family {
  const first = () => firstIn(facts.text());
  const members = () => {
    const pid = first();
    return pid === undefined ? [] : kinBelow(pid).filter(({ name }) => name !== CARRIER);
  };
  const killAll = async () => {
    const deadline = Date.now() + KILL_DEADLINE_MS;
    bubblewrap.kill("SIGKILL");
    const pid = first();
    const began = pid === undefined ? undefined : beganAt(pid);
    if (pid !== undefined && began !== undefined) signalTo(pid, "SIGKILL");
    await Promise.race([facts.over, wait(KILL_DEADLINE_MS, undefined, { ref: false })]);
    const last = first();
    if (last === undefined || (last === pid && began === undefined)) return;
    const begin = began ?? beganAt(last);
    while (begin !== undefined && beganAt(last) === begin && Date.now() < deadline) await wait(LOOK_AGAIN_MS);
  };
  return {
    killAll,
    async endGently(killAfter) {
      const deadline = Date.now() + killAfter;
      for (const { pid } of members()) signalTo(pid, "SIGTERM");
      while (members().length > 0 && Date.now() < deadline) await wait(LOOK_AGAIN_MS);
      await killAll();
    },
  };
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}
