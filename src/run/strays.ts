import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";

import { BEGAN, fieldsOf, processIds, readProcess } from "./proc.ts";

/** The processes of one command: those of the session and group of its first process, and those with its mark. */
export interface Group {
  /** Process id of the first process, while it may still be the leader of its group. */
  readonly leader?: number;
  /** `NAME=value` in the environment that the first process was started with. */
  readonly mark: string;
  /** When the first process began, in the ticks of `beganAt`: what is older is none of it, and costs half to look at. */
  readonly since?: number | undefined;
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
 * leader's group can be seen, by a signal that does nothing.
 */
async function membersOf(group: Group): Promise<number[]> {
  const processes = processIds();
  if (processes === undefined) return isAlive(group) ? [-(group.leader ?? 0)] : [];
  const members: number[] = [];
  for (let from = 0; from < processes.length; from += LOOKED_AT_ONCE) {
    if (from > 0) await turn();
    for (const pid of processes.slice(from, from + LOOKED_AT_ONCE))
      if (isMember(pid, group)) members.push(pid);
  }
  return members;
}

function isAlive({ leader }: Group): boolean {
  if (leader === undefined) return false;
  try {
    return process.kill(-leader, 0);
  } catch {
    return false;
  }
}

function isMember(pid: number, { leader, mark, since = 0 }: Group): boolean {
  if (pid === process.pid) return false;
  const fields = fieldsOf(readProcess(pid, "stat").toString("latin1"));
  if (fields === undefined || Number(fields[BEGAN]) < since) return false;
  const [, , group, session] = fields;
  if (leader !== undefined && (Number(group) === leader || Number(session) === leader)) return true;
  return hasVariable(readProcess(pid, "environ"), mark);
}

/** Whether `NAME=value` is one of the entries of an environment, each of which ends with a NUL. */
function hasVariable(environment: Buffer, variable: string): boolean {
  const entry = `${variable}\0`;
  for (let at = environment.indexOf(entry); at !== -1; at = environment.indexOf(entry, at + 1)) {
    if (at === 0 || environment[at - 1] === 0) return true;
  }
  return false;
}
