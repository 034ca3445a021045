import { setTimeout as wait } from "node:timers/promises";

import type { Limits } from "../../core/executor.ts";
import { sizeInWords } from "../../core/size.ts";
import { durationOf } from "../ending.ts";
import { bytesIn } from "./bytes.ts";
import { kinBelow, proportionalSize } from "./kin.ts";

/** How often processes and memory are looked at, in milliseconds. */
const LOOK_MS = 200;
/** The shortest time between two looks at the folders (ms). A look that takes long is followed by a longer pause. */
const LEAST_PAUSE_MS = 1_000;
const PAUSE_PER_LOOK = 10;

/** Which limit was passed, in words that follow "The command used". */
export const tooMuch = {
  memory: (bytes: number) => `more than ${sizeInWords(bytes)} of memory`,
  processes: (count: number) => `more than ${count} processes and threads at once`,
  disk: (bytes: number) => `more than ${sizeInWords(bytes)} of disk`,
  cpu: (seconds: number) => `more than ${durationOf(seconds * 1_000)} of processor time in one process`,
} as const;

/** An eye on what a command uses. */
export interface LimitWatch {
  /** Aborts with a sentence's part, as in `tooMuch`, when a limit is passed. */
  readonly signal: AbortSignal;
  stop(): Promise<void>;
}

/**
 * Watch the processes below one and the folders that they write. The kernel's own limits are for single processes and
 * single files (or need a control group, which only the system's administrator can hand to us), so we count and end what
 * takes too much. What is taken and given back between two looks is not seen.
 */
export function watchLimits(
  first: () => number | undefined,
  folders: readonly string[],
  limits: Limits,
): LimitWatch {
  const passed = new AbortController();
  const pass = (what: string) => passed.abort(what);
  const lookAtProcesses = () => {
    const pid = first();
    if (pid === undefined) return;
    const what = passedBy(pid, limits);
    if (what !== undefined) pass(what);
  };
  const needed = limits.memory !== undefined || limits.processes !== undefined;
  const timer = needed ? setInterval(lookAtProcesses, LOOK_MS) : undefined;
  const stopped = new AbortController();
  const disk =
    limits.disk === undefined ? Promise.resolve() : watchDisk(folders, limits.disk, { pass, stopped });
  return {
    signal: passed.signal,
    stop: async () => {
      clearInterval(timer);
      stopped.abort();
      await disk;
    },
  };
}

function passedBy(first: number, { memory, processes }: Limits): string | undefined {
  const kin = kinBelow(first);
  const threads = kin.reduce((sum, one) => sum + one.threads, 0);
  if (processes !== undefined && threads > processes) return tooMuch.processes(processes);
  if (memory === undefined) return undefined;
  // What is resident counts shared pages again for each process, so it is the most that it can be; it costs little to ask.
  const most = kin.reduce((sum, one) => sum + one.resident, 0);
  if (most <= memory) return undefined;
  const used = kin.reduce((sum, { pid, resident }) => sum + (proportionalSize(pid) ?? resident), 0);
  return used > memory ? tooMuch.memory(memory) : undefined;
}

async function watchDisk(
  folders: readonly string[],
  limit: number,
  { pass, stopped }: { pass: (what: string) => void; stopped: AbortController },
): Promise<void> {
  const { signal } = stopped;
  const paused = (pause: number) => wait(pause, true, { signal }).catch(() => false);
  let pause = LEAST_PAUSE_MS;
  while (await paused(pause)) {
    const began = performance.now();
    if ((await bytesIn(folders, { most: limit, signal })) > limit) {
      pass(tooMuch.disk(limit));
      return;
    }
    pause = Math.max(LEAST_PAUSE_MS, (performance.now() - began) * PAUSE_PER_LOOK);
  }
}
