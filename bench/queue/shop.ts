import { setTimeout as wait } from "node:timers/promises";

import type { Run } from "../../src/core/run.ts";
import type { Store } from "../../src/core/store.ts";
import type { Push } from "../senders/gitea.ts";
import { PUSHED_REF } from "../senders/gitea.ts";
import { AUTOMATION, FORGE } from "./forgehand.ts";

/** Repositories that are pushed to in turn: so many that none has its next push before the last one is done with. */
export const REPOSITORIES = 1_000;
const SETTLE_DEADLINE_MS = 120_000;
const LOOK_MS = 100;

/** Pushes of new commits, each on top of the newest one that a run is of, to one repository after the other. */
export async function nextPushes(store: Store, count: number): Promise<Push[]> {
  const heads = new Map<number, string>();
  for (let repo = 1; repo <= Math.min(REPOSITORIES, count); repo++) {
    const [newest] = await store.runs({
      forge: FORGE,
      repo: String(repo),
      automation: AUTOMATION,
      ref: PUSHED_REF,
      limit: 1,
    });
    heads.set(repo, newest?.sha ?? commit(0));
  }
  return Array.from({ length: count }, (_, index) => {
    const repo = (index % REPOSITORIES) + 1;
    const before = heads.get(repo) ?? commit(0);
    const after = commit(serial++);
    heads.set(repo, after);
    return { repo, before, after };
  });
}

let serial = Date.now();

/** A commit by number: forty digits. */
export const commit = (number: number): string => number.toString(16).padStart(40, "0");

/** Resolves when nothing is left to do. Throws when that takes two minutes. */
export async function untilIdle(store: Store): Promise<void> {
  const deadline = performance.now() + SETTLE_DEADLINE_MS;
  for (;;) {
    const left = await Promise.all(
      (["match", "run", "report"] as const).map((stage) => store.jobs({ stage, limit: 1 })),
    );
    if (left.flat().length === 0) return;
    if (performance.now() > deadline) {
      const jobs = JSON.stringify(left.flat());
      throw new Error(`What was asked for is not done after two minutes: ${jobs}`);
    }
    await wait(LOOK_MS);
  }
}

/** The newest runs, newest first. */
export async function newestRuns(store: Store, count: number): Promise<Run[]> {
  const runs: Run[] = [];
  while (runs.length < count) {
    const before = runs.at(-1)?.id;
    const more = await store.runs({
      limit: Math.min(200, count - runs.length),
      ...(before !== undefined && { before }),
    });
    if (more.length === 0) break;
    runs.push(...more);
  }
  return runs;
}
