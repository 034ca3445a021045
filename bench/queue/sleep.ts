import type { NewRun } from "../../src/core/run.ts";
import { rounded } from "../numbers.ts";
import { openAt } from "../store.ts";
import { nameOf, PUSHED_REF, PUSHER } from "../senders/gitea.ts";
import { AUTOMATION, FORGE, startCrew } from "./forgehand.ts";
import type { Place } from "./places.ts";
import { commit, newestRuns, REPOSITORIES, untilIdle } from "./shop.ts";

/** Commands of one worker at once, and seconds that each of them sleeps: little for the processor to do. */
export const SLEEP = { atOnce: 4, seconds: 2 } as const;

/**
 * How many runs a second so many workers come to whose commands only sleep: from the start of the first one to the end
 * of the last. `each`: how many runs there are for each place at a worker.
 */
export async function measureSleep(
  place: Place,
  { workers, each }: { workers: number; each: number },
): Promise<number> {
  const doing = { run: `sleep ${SLEEP.seconds}`, sandbox: "none" } as const;
  await using opened = new AsyncDisposableStack();
  opened.use(await startCrew(place, doing, { workers, concurrency: SLEEP.atOnce }));
  const count = workers * SLEEP.atOnce * each;
  const store = await openAt(place.database);
  try {
    await store.change(async (transaction) => {
      for (let number = 0; number < count; number++) await transaction.addRun(newRun(number));
    });
    await untilIdle(store);
    const runs = await newestRuns(store, count);
    const bad = runs.find(({ state }) => state !== "succeeded");
    if (bad !== undefined) throw new Error(`run ${bad.id} ${bad.state}: ${bad.reason}`);
    const began = Math.min(...runs.map(({ startedAt }) => startedAt?.getTime() ?? Number.NaN));
    const ended = Math.max(...runs.map(({ finishedAt }) => finishedAt?.getTime() ?? Number.NaN));
    return rounded((count * 1_000) / (ended - began), 2);
  } finally {
    await store.close();
  }
}

let serial = Date.now();

/** A run as a push makes it, that no delivery tells of. */
function newRun(number: number): NewRun {
  const id = (number % REPOSITORIES) + 1;
  const repo = { id: String(id), fullName: nameOf(id), defaultBranch: "main" };
  const actor = { id: String(PUSHER.id), login: PUSHER.login };
  const sha = commit(serial++);
  const ref = `${PUSHED_REF}-asleep`;
  return {
    key: `asleep ${sha}`,
    automation: AUTOMATION,
    forge: FORGE,
    delivery: "0",
    event: { kind: "push", action: "created", repo, actor, ref, after: sha },
    repo,
    actor,
    sha,
    ref,
    publishes: false,
    context: `forgehand/${AUTOMATION}`,
    comments: false,
    depth: 0,
  };
}
