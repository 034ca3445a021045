import { closeSync, openSync, readdirSync, readSync } from "node:fs";

/**
 * Files of /proc are in memory, and of unknown size. Node's own readers take a fresh 64 KiB for each of them, beside the
 * thread or not: to look at all processes of a machine again and again then costs more than all else that a run does.
 */
let room = Buffer.allocUnsafe(16_384);

/** All processes that there are by now. Undefined where nobody tells (not Linux). */
export function processIds(): number[] | undefined {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return undefined;
  }
}

/**
 * What /proc tells of a process, until the next one is asked for: copy what is to last. Empty once the process is over,
 * and where it is not for us to read.
 */
export function readProcess(pid: number, file: "stat" | "environ" | "cmdline" | "smaps_rollup"): Buffer {
  let opened: number | undefined;
  try {
    opened = openSync(`/proc/${pid}/${file}`, "r");
    return room.subarray(0, fill(opened));
  } catch {
    return room.subarray(0, 0);
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

function fill(opened: number): number {
  let length = 0;
  for (;;) {
    const read = readSync(opened, room, length, room.length - length, null);
    length += read;
    if (read === 0) return length;
    if (length === room.length) room = Buffer.concat([room], room.length * 2);
  }
}

/** Where the beginning is among the fields. */
export const BEGAN = 19;

/**
 * When a process began, in ticks since the machine did: tells it from a later one of the same number. Undefined once it is
 * over, and where nobody tells.
 */
export function beganAt(pid: number): number | undefined {
  const began = fieldsOf(readProcess(pid, "stat").toString("latin1"))?.[BEGAN];
  return began === undefined ? undefined : Number(began);
}

/**
 * The fields of a process's `stat` after the name in brackets, which may hold anything: state, parent, process group,
 * session, …, as the 18th the threads, the 20th the beginning and the 22nd what is resident (proc(5)). Undefined for one
 * that only waits to be buried.
 */
export function fieldsOf(stat: string): string[] | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state = ""] = fields;
  return state === "" || state === "Z" || state === "X" ? undefined : fields;
}
