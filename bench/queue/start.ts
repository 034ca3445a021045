import type { Run } from "../../src/core/run.ts";
import type { Store } from "../../src/core/store.ts";
import { quantile, rounded } from "../numbers.ts";
import { openAt } from "../store.ts";
import type { Size } from "./forgehand.ts";
import { startCrew } from "./forgehand.ts";
import type { Place } from "./places.ts";
import { sendPushes } from "./send.ts";
import { newestRuns, nextPushes, untilIdle } from "./shop.ts";

export const PER_SECOND = 50;
const WARM_UP_SECONDS = 4;

/** Milliseconds from the 2xx of a delivery to the start of its command. */
export interface Starts {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** Milliseconds of CPU of all processes for one run, without its command. */
  readonly cpu: number;
}

/**
 * Send signed deliveries at a steady pace, and see when the command of each began: it prints the time. What is started
 * is one process that receives, and workers. Throws when a delivery has no run that succeeded.
 */
export async function measureStarts(
  place: Place,
  {
    sandbox,
    seconds,
    perSecond = PER_SECOND,
    ...size
  }: Size & { sandbox: "none" | "auto"; seconds: number; perSecond?: number },
): Promise<Starts> {
  await using crew = await startCrew(place, { run: "date +%s%N", sandbox }, size);
  const store = await openAt(place.database);
  try {
    for (const length of [WARM_UP_SECONDS, seconds]) {
      const pushes = await nextPushes(store, length * perSecond);
      const before = await crew.cpu();
      const answered = await sendPushes(crew.port, pushes, perSecond);
      await untilIdle(store);
      const cpu = rounded(((await crew.cpu()) - before) / answered.size, 1);
      if (length === seconds) return { ...(await startsOf(store, answered)), cpu };
    }
    throw new Error("nothing was measured");
  } finally {
    await store.close();
  }
}

async function startsOf(store: Store, answered: ReadonlyMap<string, number>): Promise<Omit<Starts, "cpu">> {
  const times: number[] = [];
  for (const run of await newestRuns(store, answered.size)) {
    const at = answered.get(run.sha ?? "");
    if (at === undefined) continue;
    times.push((await beganAt(store, run)) - at);
  }
  if (times.length !== answered.size)
    throw new Error(`${answered.size} deliveries came to ${times.length} runs`);
  return {
    p50: rounded(quantile(times, 0.5), 1),
    p99: rounded(quantile(times, 0.99), 1),
    most: rounded(Math.max(...times), 1),
  };
}

/** When the command of a run began, as it printed it: nanoseconds since 1970. */
async function beganAt(store: Store, { id, state, reason }: Run): Promise<number> {
  const log = (await store.log(id, 0)).map(({ text }) => text).join("");
  const printed = /^(\d{19})$/m.exec(log)?.[1];
  if (state !== "succeeded" || printed === undefined)
    throw new Error(`run ${id} ${state}: ${reason}\n${log}`);
  return Number(BigInt(printed) / 1_000n) / 1_000;
}
