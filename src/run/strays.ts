import { readdir, readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";

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
 * leader's group can be seen, by a signal that does nothing.
 */
async function membersOf(group: Group): Promise<number[]> {
  const names = await readdir("/proc").catch(() => undefined);
  if (names === undefined) return isAlive(group) ? [-(group.leader ?? 0)] : [];
  const processes = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const members = await Promise.all(processes.map((pid) => isMember(pid, group)));
  return processes.filter((_, index) => members[index]);
}

function isAlive({ leader }: Group): boolean {
  if (leader === undefined) return false;
  try {
    return process.kill(-leader, 0);
  } catch {
    return false;
  }
}

async function isMember(pid: number, { leader, mark }: Group): Promise<boolean> {
  if (pid === process.pid) return false;
  const [stat, environment] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "latin1").catch(() => ""),
    readFile(`/proc/${pid}/environ`, "latin1").catch(() => ""),
  ]);
  // The name in brackets may hold anything; what follows it is: state, parent, process group, session (proc(5)).
  const [state = "X", , group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X") return false;
  if (leader !== undefined && (Number(group) === leader || Number(session) === leader)) return true;
  return environment.split("\0").includes(mark);
}
