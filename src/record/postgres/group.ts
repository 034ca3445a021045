import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

import { ForgehandError, messageOf } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Arrival } from "../../core/store.ts";
import type { Engine, Entry } from "../engine.ts";
import type { Recorder } from "../sqlite/group.ts";
import type { Member } from "../members.ts";
import { nextGroup, RECORDED_ALONE } from "../members.ts";
import { pause } from "../retry.ts";

/** What the group commit needs of its database. */
export interface GroupWriter extends Pick<Engine, "isBusy" | "isCut" | "translate"> {
  /** Write those that are new, with their jobs, in one transaction; undefined for one that is there already. */
  readonly insert: (arrivals: readonly Arrival[]) => Promise<(Entry | undefined)[]>;
  /** Write those that were there already, in one transaction. */
  readonly repeat: (arrivals: readonly Arrival[]) => Promise<Entry[]>;
  /** Groups that may be under way at once. */
  readonly groups: number;
  readonly log: Log;
}

interface Waiting extends Member {
  /** Why it is not recorded yet. */
  trouble: unknown;
  settled: boolean;
}

/**
 * Commits together what came in until the next turn of the event loop, a few groups at once, since a commit waits for
 * the server and its disk. If a group fails, its members are committed one by one, so that one bad row fails alone. To
 * record twice is harmless, so a group whose connection was lost is written again, until its members' deadlines.
 */
export function createGroupRecorder(writer: GroupWriter): Recorder {
  let waiting: Waiting[] = [];
  /** Those who collect the next group, and those whose group is under way. */
  const under = new Set<Promise<void>>();
  let collecting = false;

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      collecting = true;
      await turn();
      collecting = false;
      waiting = waiting.filter(({ settled }) => !settled);
      const group = nextGroup(waiting);
      waiting = waiting.slice(group.length);
      if (group.length > 0) await commit(group);
    }
  }

  function start(): void {
    if (collecting || under.size >= writer.groups) return;
    const working = work().finally(() => under.delete(working));
    under.add(working);
  }

  async function commit(group: readonly Waiting[]): Promise<void> {
    let left = group;
    try {
      left = settle(left, await writer.insert(left.map(({ arrival }) => arrival)));
      if (left.length > 0) settle(left, await writer.repeat(left.map(({ arrival }) => arrival)));
    } catch (error) {
      await fail(left, error);
    }
  }

  async function fail(group: readonly Waiting[], error: unknown): Promise<void> {
    if (writer.isBusy(error) || writer.isCut(error)) {
      for (const member of group) member.trouble = error;
      await sleep(pause());
      waiting = [...group, ...waiting];
      return;
    }
    const known = writer.translate(error);
    if (group.length === 1 || known instanceof ForgehandError) {
      for (const member of group) member.reject(known);
      return;
    }
    writer.log.warn({ deliveries: group.length, reason: messageOf(error) }, RECORDED_ALONE);
    for (const member of group) member.alone = true;
    waiting = [...group, ...waiting];
  }

  return {
    record: (arrival, deadline) =>
      new Promise((resolve, reject) => {
        waiting.push(memberOf({ arrival, deadline, resolve, reject }, writer));
        start();
      }),
    async drain() {
      while (under.size > 0) await Promise.all(under);
    },
  };
}

/** Those of a group that have no entry yet; the others are told. */
function settle(group: readonly Waiting[], entries: readonly (Entry | undefined)[]): Waiting[] {
  return group.filter((member, index) => {
    const entry = entries[index];
    if (entry !== undefined) member.resolve(entry);
    return entry === undefined;
  });
}

/** A member that hears at its deadline that it was not recorded in time, also while its group is under way. */
function memberOf(
  { resolve, reject, ...rest }: Pick<Member, "arrival" | "deadline" | "resolve" | "reject">,
  writer: GroupWriter,
): Waiting {
  const end = () => {
    member.settled = true;
    clearTimeout(timer);
  };
  const member: Waiting = {
    ...rest,
    since: performance.now(),
    alone: false,
    trouble: undefined,
    settled: false,
    resolve: (entry) => {
      end();
      resolve(entry);
    },
    reject: (error) => {
      end();
      reject(error);
    },
  };
  const timer = setTimeout(() => {
    member.reject(writer.translate(member.trouble ?? LATE, performance.now() - member.since));
  }, rest.deadline);
  return member;
}

/** Stands for whatever holds up a group of which nothing was heard yet. */
const LATE = { code: "55P03" };
