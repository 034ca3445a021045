import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

import type { Log } from "../../core/log.ts";
import { messageOf } from "../../core/errors.ts";
import type { Arrival } from "../../core/store.ts";
import type { Engine, Entry } from "../engine.ts";
import type { Member } from "../members.ts";
import { nextGroup, RECORDED_ALONE } from "../members.ts";
import { busy, pause } from "../retry.ts";

/** What a group commit needs of its connection; all of it synchronous. */
export interface GroupTools extends Pick<Engine, "isBusy" | "translate"> {
  /** Whether the connection is in a transaction of somebody else. */
  readonly taken: () => boolean;
  readonly begin: () => void;
  readonly write: (arrival: Arrival) => Entry;
  readonly commit: () => void;
  readonly rollback: () => void;
  readonly log: Log;
}

export interface Recorder {
  record: Engine["record"];
  /** Resolves when nothing waits to be written any more. */
  drain(): Promise<void>;
}

/**
 * Commits together what came in until the next turn of the event loop, since a commit waits for the disk. If a group
 * fails, its members are committed one by one, so that one bad row fails alone.
 */
export function createRecorder(tools: GroupTools): Recorder {
  let waiting: Member[] = [];
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    do {
      await turn();
      waiting = waiting.filter(isInTime);
      const group = nextGroup(waiting);
      if (group.length === 0) continue;
      if (tools.taken() || !begins(group)) {
        await sleep(pause());
        continue;
      }
      waiting = waiting.slice(commit(group));
    } while (waiting.length > 0);
    working = undefined;
  }

  /** False: another process is writing. A connection that cannot begin for another reason fails the whole group. */
  function begins(group: readonly Member[]): boolean {
    try {
      tools.begin();
      return true;
    } catch (error) {
      if (tools.isBusy(error)) return false;
      const reason = tools.translate(error);
      for (const member of group) member.reject(reason);
      waiting = waiting.slice(group.length);
      return false;
    }
  }

  /** How many of the group are settled: all of it, or none when its members go on one by one. */
  function commit(group: readonly Member[]): number {
    try {
      const written = group.map((member) => ({ member, entry: tools.write(member.arrival) }));
      tools.commit();
      for (const { member, entry } of written) member.resolve(entry);
      return group.length;
    } catch (error) {
      tools.rollback();
      if (group.length === 1) {
        group[0]?.reject(tools.translate(error));
        return 1;
      }
      tools.log.warn({ deliveries: group.length, reason: messageOf(error) }, RECORDED_ALONE);
      for (const member of group) member.alone = true;
      return 0;
    }
  }

  return {
    record: (arrival, deadline) =>
      new Promise((resolve, reject) => {
        waiting.push({ arrival, since: performance.now(), deadline, resolve, reject, alone: false });
        working ??= work();
      }),
    drain: () => working ?? Promise.resolve(),
  };
}

function isInTime({ since, deadline, reject }: Member): boolean {
  const waited = performance.now() - since;
  if (waited < deadline) return true;
  reject(busy(waited));
  return false;
}
