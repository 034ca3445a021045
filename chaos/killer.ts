import { setTimeout as wait } from "node:timers/promises";

import type { Random } from "./random.ts";
import type { Sender } from "./sender.ts";

/** Milliseconds between two strikes, at most. */
const PAUSE_MS = 1_500;

/** Something that can be struck, and comes back by itself. */
export interface Target {
  /** What is done to it: strikes are counted by this. */
  readonly what: string;
  /** How often it is struck, beside the others. */
  readonly weight: number;
  /** Strike it, when it is up. Resolves when it is down. */
  readonly strike: () => Promise<void>;
}

/** How often each thing was done. */
export type Strikes = Readonly<Record<string, number>>;

/**
 * Strike at random while the burst is being sent: one strike for each part of it, at a random moment of that part, so that
 * there is always something going on. Whatever can be done is done once at least, where that many strikes are asked for.
 */
export async function strikeAtRandom(
  targets: readonly Target[],
  options: { kills: number; deliveries: number; sender: Sender; random: Random; signal: AbortSignal },
): Promise<Strikes> {
  const { kills, deliveries, sender, random, signal } = options;
  const part = deliveries / kills;
  const strikes: Record<string, number> = {};
  for (const [index, { what, strike }] of chosen(targets, kills, random).entries()) {
    sender.allow(Math.ceil(part * (index + 1)));
    await sender.reach(Math.floor(part * (index + random.next())));
    await unlessAborted(signal, strike());
    strikes[what] = (strikes[what] ?? 0) + 1;
    await wait(random.below(PAUSE_MS), undefined, { signal });
  }
  sender.allow(deliveries);
  return strikes;
}

async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    signal.throwIfAborted();
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Whom the strikes meet, in order: one of each kind, and the rest by weight. */
function chosen(targets: readonly Target[], kills: number, random: Random): Target[] {
  const kinds = new Set(targets.map(({ what }) => what));
  const each = [...kinds].map((kind) => random.pick(targets.filter(({ what }) => what === kind)));
  const all = targets.reduce((sum, { weight }) => sum + weight, 0);
  const byWeight = (): Target => {
    let left = random.next() * all;
    return targets.find(({ weight }) => (left -= weight) < 0) ?? random.pick(targets);
  };
  const rest = Array.from({ length: Math.max(0, kills - each.length) }, byWeight);
  return random.shuffled([...each.slice(0, kills), ...rest]);
}
