import type { ForgeEvent } from "../core/event.ts";

/** What a look found of one issue, pull request or branch. */
export interface Found {
  readonly events: readonly ForgeEvent[];
  /** Tells it apart from the same events found at another time; empty where they happen once. */
  readonly version: string;
}

/** What a look found, and what is remembered for the next one. */
export interface Compared<Memory> {
  readonly found: readonly Found[];
  readonly memory: Memory;
}

/** Whether any of the labels is a trigger label; those are in lower case. */
export function hasAny(labels: readonly string[], triggers: readonly string[]): boolean {
  return labels.some((label) => triggers.includes(label.toLowerCase()));
}

/** Milliseconds that our clock and the forge's may differ by. */
const SKEW_MS = 3_600_000;

/** Whether something is new since the looks began, and not merely opened again. */
export function isNew(
  { number, createdAt }: { number: number; createdAt: Date },
  { top, since }: { top: number; since: number },
): boolean {
  return number > top && createdAt.getTime() >= since - SKEW_MS;
}
