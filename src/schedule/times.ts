import { Cron } from "croner";

import type { Schedule } from "../core/automation.ts";

/**
 * How late a time may be made up (ms): the newest one that was missed within an hour is, since a server that is started
 * again should not lose its night's work; what is older is not, since hardly anybody wants last week's now.
 */
export const MAKE_UP_MS = 3_600_000;

/** Times that are counted at most; whoever was away for longer is told that there were so many. */
const MOST_COUNTED = 1_000;

/** What became due within a span of time. */
export interface Due {
  /** The newest time that may still be made up. */
  readonly newest?: Date;
  /** Earlier times that nobody saw to, at most 1,000. */
  readonly missed: number;
}

/**
 * Which times of a schedule lie after one moment and up to another. Where clocks are put forward, a time that they skip
 * counts as the moment after; where they are put back, a time that comes twice counts once, but each hour or minute of a
 * schedule that names none counts.
 */
export function dueBetween(schedule: Schedule, after: Date, until: Date): Due {
  const cron = read(schedule);
  const late = new Date(Math.max(after.getTime(), until.getTime() - MAKE_UP_MS));
  const recent = upTo(cron, late, until);
  const older = late > after ? upTo(cron, after, late).length : 0;
  const newest = recent.at(-1);
  return {
    ...(newest !== undefined && { newest }),
    missed: Math.min(older + Math.max(recent.length - 1, 0), MOST_COUNTED),
  };
}

/** The next times of a schedule after a moment, as many as asked for. */
export function nextTimes(schedule: Schedule, after: Date, count: number): Date[] {
  return read(schedule).nextRuns(count, after);
}

const read = ({ cron, timezone }: Schedule): Cron =>
  new Cron(cron, { timezone, mode: "5-part", paused: true });

function upTo(cron: Cron, after: Date, until: Date): Date[] {
  const times: Date[] = [];
  let next = cron.nextRun(after);
  while (next !== null && next <= until && times.length < MOST_COUNTED) {
    times.push(next);
    next = cron.nextRun(next);
  }
  return times;
}
