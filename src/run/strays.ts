import { readdirSync, readFileSync } from "node:fs";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";

/** The processes of one command: those of the session and group of its first process, and those with its mark. */
export interface Group {
  /** Process id of the first process, while it may still be the leader of its group. */
  readonly leader?: number;
  /** `NAME=value` in the environment that the first process was started with. */
  readonly mark: string;
}

/** How long we look for processes that will not end, in milliseconds. */
const KILL_DEADLINE_MS = 5_000;
const LOOK_AGAIN_MS = 50;
/** Processes that are looked at in one go: about a millisecond. */
const LOOKED_AT_ONCE = 64;

/** Ask every process of a group to end. Resolves when none is left, or after `killAfter` milliseconds have killed all. */
export async function endGently(group: Group, killAfter: number): Promise<void> {
  const deadline = Date.now() + killAfter;
  signalAll(group, await membersOf(group), "SIGTERM");
  while (Date.now() < deadline) {
    await wait(LOOK_AGAIN_MS);
    if ((await membersOf(group)).length === 0) return;
  }
  await killAll(group);
}

/** Kill every process of a group. Resolves when none is left. */
export async function killAll(group: Group): Promise<void> {
  const deadline = Date.now() + KILL_DEADLINE_MS;
  for (;;) {
    const members = await membersOf(group);
    signalAll(group, members, "SIGKILL");
    if (members.length === 0 || Date.now() > deadline) return;
    await wait(LOOK_AGAIN_MS);
  }
}

/** To the whole group at once, so that nothing forks away between two signals, and to each process that left it. */
function signalAll({ leader }: Group, members: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of [...(leader === undefined ? [] : [-leader]), ...members]) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already.
    }
  }
}

/**
 * The living processes of a group. The mark survives `setsid` and double forks; a process that left the session *and*
 * emptied its environment is not found: keeping those in is what a sandbox is for. Without /proc (not Linux) only the
 * leader's group can be seen, by a signal that does nothing. Files of /proc are in memory: to read them at once takes a
 * tenth of what it takes to have each of them read beside us, and every run does this twice.
 */
async function membersOf(group: Group): Promise<number[]> {
  const processes = processesHere();
  if (processes === undefined) return isAlive(group) ? [-(group.leader ?? 0)] : [];
  const members: number[] = [];
  for (let from = 0; from < processes.length; from += LOOKED_AT_ONCE) {
    if (from > 0) await turn();
    for (const pid of processes.slice(from, from + LOOKED_AT_ONCE))
      if (isMember(pid, group)) members.push(pid);
  }
  return members;
}

function processesHere(): number[] | undefined {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return undefined;
  }
}

function isAlive({ leader }: Group): boolean {
  if (leader === undefined) return false;
  try {
    return process.kill(-leader, 0);
  } catch {
    return false;
  }
}

function isMember(pid: number, { leader, mark }: Group): boolean {
  if (pid === process.pid) return false;
  const stat = factsOf(pid, "stat");
  // The name in brackets may hold anything; what follows it is: state, parent, process group, session (proc(5)).
  const [state = "X", , group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X") return false;
  if (leader !== undefined && (Number(group) === leader || Number(session) === leader)) return true;
  return factsOf(pid, "environ").split("\0").includes(mark);
}

/** What /proc tells of a process; empty once it is over, and where it is not for us to read. */
function factsOf(pid: number, file: "stat" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
