import { median, rounded } from "./numbers.ts";
import type { HistorySize } from "./history/rows.ts";
import type { Compared } from "./queue/compare.ts";
import { compare, MOST_TIMES } from "./queue/compare.ts";
import { measureEmpty } from "./queue/empty.ts";
import type { Engine, Place } from "./queue/places.ts";
import { ENGINES, missingFor, openPlace } from "./queue/places.ts";
import { measureSleep } from "./queue/sleep.ts";
import type { Starts } from "./queue/start.ts";
import { measureStarts, PER_SECOND } from "./queue/start.ts";

/** Milliseconds from the 2xx to the start of the command, without a sandbox; and how sleeping runs grow from 1 to 4 workers. */
const LIMITS = { p50: 50, p99: 250, growth: 3.5 };

const WORKERS = [1, 2, 4] as const;

/** Jobs of a stage that one worker takes at once: enough for the pace, so that nothing waits for a free hand. */
const CONCURRENCY = 16;

/** How much is done in one round. */
export interface QueueSize {
  readonly rounds: number;
  /** Empty jobs. */
  readonly jobs: number;
  /** Seconds of deliveries, and how many come in each. */
  readonly seconds: number;
  readonly perSecond?: number;
  /** Runs that sleep, for each place at a worker. */
  readonly each: number;
  readonly engines?: readonly Engine[];
  readonly workers?: readonly number[];
}

/** Takes about five minutes on two processors. */
export const USUAL_SIZE: QueueSize = { rounds: 1, jobs: 2_000, seconds: 8, each: 3 };

export interface QueueFigures {
  readonly engine: Engine;
  readonly workers: number;
  /** Empty jobs a second. */
  readonly empty: number;
  readonly starts: Starts;
  /** The same with commands in the sandbox, where it works; told for two workers. */
  readonly boxed?: Starts;
  /** Sleeping runs a second. */
  readonly sleeping: number;
}

export interface QueueReport {
  readonly bench: "queue";
  readonly limits: typeof LIMITS;
  readonly size: QueueSize & { readonly perSecond: number };
  readonly figures: readonly QueueFigures[];
  /** Of each engine: sleeping runs a second of the most workers over those of one. */
  readonly growth: Readonly<Partial<Record<Engine, number>>>;
  /** What could not be measured here, and why. */
  readonly skipped: readonly string[];
  readonly within: boolean;
}

/** All figures with history over those without it. */
export interface AgeReport {
  readonly bench: "queue --history";
  readonly history: HistorySize;
  readonly workers: number;
  readonly rounds: number;
  readonly most: number;
  readonly engines: readonly { readonly engine: Engine; readonly figures: readonly Compared[] }[];
  readonly skipped: readonly string[];
  readonly within: boolean;
}

/**
 * What the way through the queue costs: jobs that do nothing, the time from the answer to a delivery until its command
 * starts, and runs that sleep; on each engine, with one worker and with more. Everything that works is a process of its
 * own and of the built program. What is going on is told on stderr.
 */
export async function queue(size: QueueSize): Promise<QueueReport> {
  const { engines = ENGINES, workers = WORKERS, perSecond = PER_SECOND } = size;
  const figures: QueueFigures[] = [];
  const skipped: string[] = [];
  for (const engine of engines) {
    const missing = await missingFor(engine);
    if (missing.length > 0) skipped.push(`${engine}, for want of: ${missing.join(", ")}`);
    else for (const count of workers) figures.push(await measure(engine, count, size));
  }
  const growth = growthOf(figures);
  const within =
    figures.every(({ starts: { p50, p99 } }) => p50 < LIMITS.p50 && p99 < LIMITS.p99) &&
    Object.values(growth).every((times) => times >= LIMITS.growth);
  return { bench: "queue", limits: LIMITS, size: { ...size, perSecond }, figures, growth, skipped, within };
}

/** How often each question is asked. */
const ASKED = 40;
/** Workers that all is compared with, and deliveries a second: as many as leave the processors some room. */
const COMPARED = { workers: 2, perSecond: 20 };
/** What wakes workers has no history, so RabbitMQ is not measured again. */
const AGEING: readonly Engine[] = ["sqlite", "postgres"];

/** The same figures, and what pages and steps ask, on a store with a long history and on a young one. */
export async function queueAge(size: QueueSize, history: HistorySize): Promise<AgeReport> {
  const { workers, perSecond } = COMPARED;
  const skipped: string[] = [];
  const engines: { engine: Engine; figures: Compared[] }[] = [];
  for (const engine of (size.engines ?? AGEING).filter((one) => AGEING.includes(one))) {
    const missing = await missingFor(engine);
    if (missing.length > 0) {
      skipped.push(`${engine}, for want of: ${missing.join(", ")}`);
      continue;
    }
    const how = { ...size, workers, perSecond, concurrency: CONCURRENCY, asked: ASKED, history };
    engines.push({ engine, figures: await compare(engine, how, tell) });
  }
  const within = engines.every(({ figures }) => figures.every((one) => one.within));
  return {
    bench: "queue --history",
    history,
    workers,
    rounds: size.rounds,
    most: MOST_TIMES,
    engines,
    skipped,
    within,
  };
}

async function measure(engine: Engine, workers: number, size: QueueSize): Promise<QueueFigures> {
  const empty: number[] = [];
  const starts: Starts[] = [];
  const boxed: Starts[] = [];
  const sleeping: number[] = [];
  for (let round = 1; round <= size.rounds; round++) {
    tell(`${engine}, ${workers} workers, round ${round} of ${size.rounds}`);
    await using place = await openPlace(engine);
    empty.push(await measureEmpty(place, { workers, jobs: size.jobs }));
    starts.push(await startsIn(place, workers, size, "none"));
    if (workers === 2) boxed.push(await startsIn(place, workers, size, "auto"));
    sleeping.push(await measureSleep(place, { workers, each: size.each }));
  }
  return {
    engine,
    workers,
    empty: median(empty),
    starts: middle(starts),
    ...(boxed.length > 0 && { boxed: middle(boxed) }),
    sleeping: median(sleeping),
  };
}

function startsIn(
  place: Place,
  workers: number,
  { seconds, perSecond }: QueueSize,
  sandbox: "none" | "auto",
): Promise<Starts> {
  const pace = perSecond === undefined ? {} : { perSecond };
  return measureStarts(place, { workers, concurrency: CONCURRENCY, sandbox, seconds, ...pace });
}

/** The median of each figure. */
function middle(rounds: readonly Starts[]): Starts {
  const of = (name: keyof Starts) => median(rounds.map((round) => round[name]));
  return { p50: of("p50"), p99: of("p99"), most: of("most"), cpu: of("cpu") };
}

function growthOf(figures: readonly QueueFigures[]): QueueReport["growth"] {
  const growth: Partial<Record<Engine, number>> = {};
  for (const engine of ENGINES) {
    const of = figures.filter((one) => one.engine === engine);
    const [one] = of.filter(({ workers }) => workers === 1);
    const [most] = of.filter(({ workers }) => workers === 4);
    if (one !== undefined && most !== undefined) growth[engine] = rounded(most.sleeping / one.sleeping, 2);
  }
  return growth;
}

/** Say what is going on; what is measured takes minutes. */
function tell(what: string): void {
  process.stderr.write(`${what}\n`);
}
