import type { HistorySize } from "../history/rows.ts";
import { history } from "../history.ts";
import { median, quantile, rounded } from "../numbers.ts";
import { openAt } from "../store.ts";
import { measureEmpty } from "./empty.ts";
import { startCrew } from "./forgehand.ts";
import type { Engine, Place } from "./places.ts";
import { openPlace } from "./places.ts";
import type { Ask } from "./reads.ts";
import { pagesOf, questionsTo } from "./reads.ts";
import { measureSleep } from "./sleep.ts";
import type { Starts } from "./start.ts";
import { measureStarts } from "./start.ts";

/** How many times the same a figure may be with history. */
export const MOST_TIMES = 1.3;

/** Milliseconds that no figure has to be told apart by: less than the clocks, the disk and the scheduler differ by. */
const NOISE_MS = 0.25;

/** A young store: as small as it can be while all lists are full. */
const YOUNG: HistorySize = { deliveries: 50_000, runs: 10_000 };

/** A figure without and with history. */
export interface Compared {
  readonly name: string;
  readonly young: number;
  readonly old: number;
  /** How many times the young one the old one is, or the other way round where more is better. */
  readonly times: number;
  readonly within: boolean;
}

/** How much is measured. */
export interface CompareSize {
  readonly workers: number;
  readonly concurrency: number;
  readonly rounds: number;
  readonly jobs: number;
  readonly seconds: number;
  readonly each: number;
  readonly perSecond: number;
  /** How often each question is asked. */
  readonly asked: number;
  readonly history: HistorySize;
}

/** All figures on a store with history over those on a young one, by turns, so that both see the same machine. */
export async function compare(
  engine: Engine,
  size: CompareSize,
  tell: (what: string) => void,
): Promise<Compared[]> {
  await using young = await openPlace(engine);
  await using old = await openPlace(engine);
  tell(`${engine}: making a history of ${size.history.deliveries} deliveries`);
  await history(young.database, YOUNG, () => undefined);
  await history(old.database, size.history, () => undefined);
  tell(`${engine}: what pages and steps ask`);
  const asked = await compareAsks(young, old, size.asked);
  return [...(await compareWork(young, old, size, tell)), ...asked];
}

async function compareWork(
  young: Place,
  old: Place,
  size: CompareSize,
  tell: (what: string) => void,
): Promise<Compared[]> {
  const seen = { young: [] as Figures[], old: [] as Figures[] };
  for (let round = 1; round <= size.rounds; round++) {
    tell(`${young.engine}: round ${round} of ${size.rounds}`);
    // Not the same one first each time: what a machine does otherwise grows and falls.
    const order = round % 2 === 1 ? (["young", "old"] as const) : (["old", "young"] as const);
    for (const which of order) seen[which].push(await measureAll(which === "young" ? young : old, size));
  }
  const of = (which: "young" | "old", name: keyof Figures) =>
    median(seen[which].map((figures) => figures[name]));
  return FIGURES.map(({ name, said, more }) =>
    compared(said, { young: of("young", name), old: of("old", name) }, more),
  );
}

interface Figures extends Pick<Starts, "p50" | "p99" | "cpu"> {
  readonly empty: number;
  readonly sleeping: number;
}

const FIGURES: readonly { name: keyof Figures; said: string; more?: true }[] = [
  { name: "empty", said: "empty jobs a second", more: true },
  { name: "p50", said: "2xx to command start, p50 ms" },
  { name: "p99", said: "2xx to command start, p99 ms" },
  { name: "cpu", said: "CPU of a run, ms" },
  { name: "sleeping", said: "sleeping runs a second", more: true },
];

async function measureAll(place: Place, size: CompareSize): Promise<Figures> {
  const { workers, concurrency, seconds, perSecond } = size;
  const empty = await measureEmpty(place, { workers, jobs: size.jobs });
  const starts = await measureStarts(place, { workers, concurrency, seconds, perSecond, sandbox: "none" });
  const sleeping = await measureSleep(place, { workers, each: size.each });
  return { empty, ...starts, sleeping };
}

async function compareAsks(young: Place, old: Place, asked: number): Promise<Compared[]> {
  await using opened = new AsyncDisposableStack();
  const asksOf = async (place: Place): Promise<Readonly<Record<string, Ask>>> => {
    const store = await openAt(place.database);
    opened.defer(() => store.close());
    const doing = { run: "true", sandbox: "none" } as const;
    const crew = opened.use(await startCrew(place, doing, { workers: 0, concurrency: 1 }));
    return { ...(await questionsTo(store)), ...(await pagesOf(crew.port, store)) };
  };
  const [ofYoung, ofOld] = [await asksOf(young), await asksOf(old)];
  const figures: Compared[] = [];
  for (const [name, askYoung] of Object.entries(ofYoung)) {
    const askOld = ofOld[name] ?? askYoung;
    const times = await timesOf([askYoung, askOld], asked);
    figures.push(compared(name, { young: times[0] ?? Number.NaN, old: times[1] ?? Number.NaN }));
  }
  return figures;
}

/** The middle time of each of some questions, asked by turns. The lower half alone: the rest is what others do here. */
async function timesOf(asks: readonly Ask[], asked: number): Promise<number[]> {
  const times = asks.map((): number[] => []);
  for (let turn = 0; turn < asked + 3; turn++) {
    for (const [index, ask] of asks.entries()) {
      const begun = performance.now();
      await ask(turn);
      if (turn >= 3) times[index]?.push(performance.now() - begun);
    }
  }
  return times.map((all) => quantile(all, 0.25));
}

function compared(name: string, { young, old }: { young: number; old: number }, more = false): Compared {
  const times = rounded(more ? young / old : old / young, 2);
  const within = times <= MOST_TIMES || (!more && old - young <= NOISE_MS);
  return { name, young: rounded(young, 2), old: rounded(old, 2), times, within };
}
