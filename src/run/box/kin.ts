import { fieldsOf, processIds, readProcess } from "../proc.ts";

/** A living process, as /proc tells of it. */
export interface Kin {
  readonly pid: number;
  /** The first 15 bytes of its program's name, or what it calls itself. */
  readonly name: string;
  readonly threads: number;
  /** Bytes of memory that are resident, what it shares with others included. */
  readonly resident: number;
}

/** Bytes of a page, on every system that has our sandbox and 4 KiB pages; larger pages make us count too little. */
const PAGE = 4_096;

/**
 * All that a process has started and that lives, without itself: children, their children, and so on. What loses its
 * parent in a process namespace becomes a child of the namespace's first process, so below that one nothing is missed.
 */
export function kinBelow(pid: number): Kin[] {
  const children = new Map<number, Kin[]>();
  for (const one of processIds() ?? []) {
    const seen = look(one);
    if (seen === undefined) continue;
    const siblings = children.get(seen.parent);
    if (siblings === undefined) children.set(seen.parent, [seen.kin]);
    else siblings.push(seen.kin);
  }
  const below: Kin[] = [];
  const parents = [pid];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const kin of children.get(parent) ?? []) {
      below.push(kin);
      parents.push(kin.pid);
    }
  }
  return below;
}

/** A process that lives, by what /proc tells of it. */
function look(pid: number): { parent: number; kin: Kin } | undefined {
  const stat = readProcess(pid, "stat").toString("latin1");
  const fields = fieldsOf(stat);
  if (fields === undefined) return undefined;
  const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
  return {
    parent: Number(fields[1]),
    kin: { pid, name, threads: Number(fields[17]), resident: Number(fields[21]) * PAGE },
  };
}

/**
 * Bytes of memory that a process accounts for: what it shares counts for each of the sharers in part (PSS). Undefined
 * where that is not told.
 */
export function proportionalSize(pid: number): number | undefined {
  const [, kibibytes] = /^Pss:\s+(\d+) kB$/m.exec(readProcess(pid, "smaps_rollup").toString("latin1")) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1_024;
}
