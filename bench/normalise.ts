import type { ForgeAdapter } from "../src/core/forge.ts";
import { adapters } from "../src/forges/index.ts";
import { fixture } from "../test/support/fixtures.ts";
import { median, rounded } from "./numbers.ts";
import { genuineText, hostileTexts, SAMPLES } from "./samples.ts";

/** How often the time of a bare JSON.parse reading may take, and the milliseconds that anything hostile may take. */
const LIMITS = { ratio: 1.5, hostile: 50 };
const BYTES = 24 * 1024;
const BATCH = 200;

export interface NormaliseReport {
  readonly bench: "normalise";
  readonly rounds: number;
  readonly bytes: number;
  readonly limits: typeof LIMITS;
  readonly forges: readonly {
    readonly kind: string;
    /** Microseconds each, medians over all rounds. */
    readonly parse: number;
    readonly normalise: number;
    readonly ratio: number;
    /** Milliseconds by what was sent, medians over all rounds. */
    readonly hostile: Readonly<Record<string, number>>;
  }[];
  readonly within: boolean;
}

/** What it costs to read a delivery, its JSON.parse included, beside that JSON.parse alone. Rounds are interleaved. */
export function normalise({ rounds }: { rounds: number }): NormaliseReport {
  const forges = adapters.map((adapter) => {
    const { kind } = adapter;
    const genuine = genuineText(kind, BYTES);
    const read = readerOf(adapter);
    if (read(Buffer.from(genuine)) !== "event") throw new Error(`${kind} does not read its own sample`);
    const times = { parse: [] as number[], normalise: [] as number[] };
    // One round more, in which all is compiled.
    for (let round = 0; round <= rounds; round++) {
      const parse = timed(batch(genuine), () => JSON.parse(genuine));
      const whole = timed(batch(genuine), read);
      if (round === 0) continue;
      times.parse.push(parse);
      times.normalise.push(whole);
    }
    const [parse, whole] = [median(times.parse) * 1_000, median(times.normalise) * 1_000];
    const hostile = hostileTexts(kind).map(([name, text]): [string, number] => {
      const each = Array.from({ length: rounds }, () => timed([Buffer.from(text)], read));
      return [name, rounded(median(each), 1)];
    });
    return {
      kind,
      parse: rounded(parse, 1),
      normalise: rounded(whole, 1),
      ratio: rounded(whole / parse, 2),
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
  const { headers } = fixture(adapter.kind, SAMPLES[adapter.kind]?.[0] ?? "");
  return (body) => {
    const { event } = adapter.identify({ headers, body });
    return adapter.normalise({ event, headers, body }).kind;
  };
}

/** Bytes of their own for each: a body that was parsed already is not parsed again. */
function batch(text: string): Buffer[] {
  return Array.from({ length: BATCH }, () => Buffer.from(text));
}

/** Milliseconds for each. */
function timed(bodies: readonly Buffer[], work: (body: Buffer) => unknown): number {
  const started = performance.now();
  for (const body of bodies) work(body);
  return (performance.now() - started) / bodies.length;
}
