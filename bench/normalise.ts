import type { ForgeAdapter } from "../src/core/forge.ts";
import { adapters } from "../src/forges/index.ts";
import { fixture } from "../test/support/fixtures.ts";
import { median, rounded } from "./numbers.ts";
import { genuineText, hostileTexts, SAMPLES } from "./samples.ts";

/** How often the time of a bare JSON.parse reading may take, and the milliseconds that anything hostile may take. */
const LIMITS = { ratio: 1.5, hostile: 50 };
const BYTES = 24 * 1024;

/** Bodies that are read at a stretch: so few that other programs of the machine seldom come between. */
const BATCH = 16;
/** Pairs of batches in a round, and rounds before that, in which all is compiled. */
const PAIRS = 30;
const WARM_UP = 5;

export interface NormaliseReport {
  readonly bench: "normalise";
  readonly rounds: number;
  readonly bytes: number;
  readonly limits: typeof LIMITS;
  readonly forges: readonly {
    readonly kind: string;
    /** Microseconds each, and what the second is of the first when they follow one another: medians over all pairs. */
    readonly parse: number;
    readonly normalise: number;
    readonly ratio: number;
    /** Milliseconds by what was sent, medians over all rounds. */
    readonly hostile: Readonly<Record<string, number>>;
  }[];
  readonly within: boolean;
}

/**
 * What it costs to read a delivery, its JSON.parse included, beside a bare JSON.parse of the same bytes, which are made a
 * text first. Both take turns.
 */
export function normalise({ rounds }: { rounds: number }): NormaliseReport {
  const forges = adapters.map((adapter) => {
    const { kind } = adapter;
    const genuine = genuineText(kind, BYTES);
    const read = readerOf(adapter);
    if (read(Buffer.from(genuine)) !== "event") throw new Error(`${kind} does not read its own sample`);
    const pairs = Array.from({ length: (WARM_UP + rounds) * PAIRS }, () => ({
      parse: timed(batch(genuine), (body) => JSON.parse(body.toString())),
      normalise: timed(batch(genuine), read),
    })).slice(WARM_UP * PAIRS);
    const hostile = hostileTexts(kind).map(([name, text]): [string, number] => {
      const each = Array.from({ length: rounds }, () => timed([Buffer.from(text)], read));
      return [name, rounded(median(each), 1)];
    });
    return {
      kind,
      parse: rounded(median(pairs.map((pair) => pair.parse)) * 1_000, 1),
      normalise: rounded(median(pairs.map((pair) => pair.normalise)) * 1_000, 1),
      ratio: rounded(median(pairs.map((pair) => pair.normalise / pair.parse)), 2),
      hostile: Object.fromEntries(hostile),
    };
  });
  const within = forges.every(
    ({ ratio, hostile }) =>
      ratio <= LIMITS.ratio && Object.values(hostile).every((time) => time <= LIMITS.hostile),
  );
  return { bench: "normalise", rounds, bytes: BYTES, limits: LIMITS, forges, within };
}

function readerOf(adapter: ForgeAdapter): (body: Buffer) => string {
  const { headers } = fixture(adapter.kind, SAMPLES[adapter.kind]?.fixture ?? "");
  return (body) => {
    const { event } = adapter.identify({ headers, body });
    return adapter.normalise({ event, headers, body }).kind;
  };
}

/** Bytes of their own for each: a body that was parsed already is not parsed again. */
function batch(text: string): Buffer[] {
  return Array.from({ length: BATCH }, () => Buffer.from(text));
}

/** Milliseconds for each. What is made is held until all is done, as a server holds it until it has answered. */
function timed(bodies: readonly Buffer[], work: (body: Buffer) => unknown): number {
  const held: unknown[] = [];
  const started = performance.now();
  for (const body of bodies) held.push(work(body));
  return (performance.now() - started) / held.length;
}
