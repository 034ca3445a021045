import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import type { Store } from "../../src/core/store.ts";
import { rounded } from "../numbers.ts";
import { openAt } from "../store.ts";
import type { Place } from "./places.ts";

const DEADLINE_MS = 120_000;
/** Jobs of one transaction that asks for them. */
const ASKED_AT_ONCE = 500;
const LOOK_MS = 10;

/**
 * How many jobs a second so many workers claim and complete that do nothing at all, each in a process of its own. All
 * of them were asked for before, and wait.
 */
export async function measureEmpty(
  place: Place,
  { workers, jobs }: { workers: number; jobs: number },
): Promise<number> {
  await using opened = new AsyncDisposableStack();
  const store = await openAt(place.database);
  opened.defer(() => store.close());
  const program = join(import.meta.dirname, "empty-worker.ts");
  const crew = Array.from({ length: workers }, () => {
    const child = fork(program, [place.database, place.queue], { stdio: "inherit" });
    opened.defer(() => leave(child));
    return child;
  });
  await Promise.all(crew.map((child) => once(child, "message")));
  // The first ones, until all that is compiled late is compiled.
  await work(store, crew, Math.ceil(jobs / 4));
  return rounded(await work(store, crew, jobs), 0);
}

let serial = Date.now();

/** Ask for jobs, and see how many a second are done from then on. */
async function work(store: Store, crew: readonly ChildProcess[], jobs: number): Promise<number> {
  const before = await doneBy(crew);
  const begun = performance.now();
  for (let asked = 0; asked < jobs; asked += ASKED_AT_ONCE) {
    const count = Math.min(ASKED_AT_ONCE, jobs - asked);
    await store.change(async (transaction) => {
      for (let each = 0; each < count; each++) await transaction.ask("match", String(serial++));
    });
  }
  for (;;) {
    const done = (await doneBy(crew)) - before;
    const seconds = (performance.now() - begun) / 1_000;
    if (done >= jobs) return jobs / seconds;
    if (seconds * 1_000 > DEADLINE_MS) throw new Error(`${jobs - done} of ${jobs} empty jobs are not done`);
    await wait(LOOK_MS);
  }
}

async function doneBy(crew: readonly ChildProcess[]): Promise<number> {
  const counts = await Promise.all(
    crew.map(async (child) => {
      const answer = once(child, "message");
      child.send("done?");
      const [count] = (await answer) as [number];
      return count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function leave(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.disconnect();
  await ended;
}
