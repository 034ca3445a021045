import { readdir, readFile, readlink, realpath } from "node:fs/promises";

/** A process of this machine, told from a later one of the same number by when it began. */
export interface Process {
  readonly pid: number;
  readonly began: string;
  /** Its command line. */
  readonly words: readonly string[];
}

interface Seen extends Process {
  readonly parent: number;
}

/** All that a process has started and that lives: children, their children, and so on. */
export async function processesBelow(pid: number): Promise<Process[]> {
  const all = await processes();
  const below = (parent: number): Seen[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** Those of some processes that still live. */
export async function living(some: readonly Process[]): Promise<Process[]> {
  const all = await processes();
  return some.filter(({ pid, began }) => all.some((one) => one.pid === pid && one.began === began));
}

/** Numbers of the processes that were started with a text in their environment. */
export async function startedWith(text: string): Promise<number[]> {
  const all = await processes();
  const found = await Promise.all(
    all.map(async ({ pid }) => {
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      return environment.includes(text) ? [pid] : [];
    }),
  );
  return found.flat();
}

/** Numbers of the processes whose working directory is a folder, in whatever namespace they live. */
export async function processesIn(folder: string): Promise<number[]> {
  const real = await realpath(folder);
  const all = await processes();
  const found = await Promise.all(
    all.map(async ({ pid }) => ((await readlink(`/proc/${pid}/cwd`).catch(() => "")) === real ? [pid] : [])),
  );
  return found.flat();
}

/** All processes that live; those that wait to be buried do not. */
async function processes(): Promise<Seen[]> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const seen = await Promise.all(
    names.map(async (name) => {
      const stat = await readFile(`/proc/${name}/stat`, "latin1").catch(() => "");
      // The name in brackets may hold anything; what follows is: state, parent, … and as the 20th the start (proc(5)).
      const facts = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const [state = "X", parent = ""] = facts;
      if (state === "Z" || state === "X") return [];
      const words = (await readFile(`/proc/${name}/cmdline`, "latin1").catch(() => "")).split("\0");
      return [{ pid: Number(name), parent: Number(parent), began: facts[19] ?? "", words }];
    }),
  );
  return seen.flat();
}
