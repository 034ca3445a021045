import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { measureAppend } from "./append.ts";
import { COMMAND, makeSecret, writeConfig } from "./forgehand.ts";
import type { Load, Sent } from "./load.ts";
import type { Measured } from "./measured.ts";
import { startMeasured } from "./measured.ts";
import { median, rounded } from "./numbers.ts";
import type { Kind } from "./payloads.ts";
import { KINDS } from "./payloads.ts";

/** How much CPU Forgehand may use, as multiples of what the others use for the same deliveries. */
const LIMITS = { bare: 2.3, probot: 1.8 };
const CONNECTIONS = 16;
/** Deliveries before the first round: until then the compiler's own threads use as much CPU as the receiver. */
const WARM_UP = 8_000;

export type Receiver = "bare" | "probot" | "forgehand";
const RECEIVERS: readonly Receiver[] = ["bare", "probot", "forgehand"];

/** Medians over all rounds. */
interface Figures {
  readonly perSecond: number;
  /** Microseconds of CPU of the receiving process for one delivery. */
  readonly cpu: number;
  readonly p50: number;
  readonly p99: number;
}

export interface IngestReport {
  readonly bench: "ingest";
  readonly connections: number;
  readonly rounds: number;
  readonly deliveries: number;
  readonly limits: typeof LIMITS;
  readonly kinds: readonly (Kind & {
    /** Probot receives GitHub's deliveries only. */
    readonly receivers: Readonly<Partial<Record<Receiver, Figures>>>;
    /** A bare append with fdatasync of the same size, milliseconds. */
    readonly append: { readonly p50: number; readonly p99: number };
    /** CPU of Forgehand over that of the other. */
    readonly ratios: Readonly<Partial<typeof LIMITS>>;
  })[];
  readonly within: boolean;
}

/**
 * What it costs to receive signed deliveries: bare node:http, Probot with an empty handler, and Forgehand that keeps
 * every one on disk. Each receiver is a process of its own, the sender another; rounds are interleaved. Throws when
 * a receiver refuses anything or Forgehand keeps one without its body.
 */
export async function ingest(options: { rounds: number; deliveries: number }): Promise<IngestReport> {
  const folder = await mkdtemp(join(tmpdir(), "forgehand-bench-"));
  const secret = makeSecret();
  const load = fork(join(import.meta.dirname, "load.ts"), { stdio: "inherit" });
  const servers = new Map<Receiver, Measured>();
  try {
    await once(load, "message");
    const environment = { ...process.env, BENCH_SECRET: secret.github, BENCH_SIGNING_TOKEN: secret.gitlab };
    for (const receiver of ["bare", "probot"] as const) {
      const program = join(import.meta.dirname, "receivers", `${receiver}.ts`);
      servers.set(receiver, await startMeasured([program], environment));
    }
    const config = await writeConfig(folder, secret, { working: false });
    servers.set("forgehand", await startMeasured([COMMAND, "serve", "--config", config], process.env));

    const measure = async (receiver: Receiver, kind: Kind, count: number): Promise<Figures> => {
      const server = servers.get(receiver);
      if (server === undefined) throw new Error(`${receiver} was not started`);
      const before = await server.usage();
      const answer = once(load, "message");
      load.send({ port: server.port, secret, kind, count, connections: CONNECTIONS } satisfies Load);
      const [sent] = (await answer) as [Sent];
      const after = await server.usage();
      mustBeKept(receiver, sent, count);
      return { ...sent, cpu: (after.cpu - before.cpu) / count };
    };

    const kinds = [];
    for (const kind of KINDS) {
      const receivers = RECEIVERS.filter((receiver) => receiver !== "probot" || kind.forge === "github");
      const seen = new Map<Receiver, Figures[]>(receivers.map((receiver) => [receiver, []]));
      for (const receiver of receivers) await measure(receiver, kind, WARM_UP);
      for (let round = 0; round < options.rounds; round++) {
        for (const receiver of receivers)
          seen.get(receiver)?.push(await measure(receiver, kind, options.deliveries));
      }
      const append = measureAppend(folder, kind.bytes, 200);
      kinds.push({
        ...kind,
        ...compare(seen),
        append: { p50: rounded(append.p50, 2), p99: rounded(append.p99, 2) },
      });
    }
    const within = kinds.every(
      ({ ratios: { bare = 0, probot = 0 } }) => bare <= LIMITS.bare && probot <= LIMITS.probot,
    );
    return { bench: "ingest", connections: CONNECTIONS, ...options, limits: LIMITS, kinds, within };
  } finally {
    load.disconnect();
    await Promise.all([...servers.values()].map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

function mustBeKept(receiver: Receiver, { answers }: Sent, count: number): void {
  const right = Object.entries(answers).filter(([answer]) =>
    receiver === "forgehand" ? answer === '200 {"status":"recorded"}' : answer.startsWith("200 "),
  );
  if (right.reduce((sum, [, times]) => sum + times, 0) !== count) {
    throw new Error(`${receiver} did not take every delivery: ${JSON.stringify(answers)}`);
  }
}

function compare(seen: ReadonlyMap<Receiver, readonly Figures[]>) {
  const figures = (rounds: readonly Figures[]): Figures => {
    const of = (name: keyof Figures) => median(rounds.map((round) => round[name]));
    return {
      perSecond: rounded(of("perSecond"), 0),
      cpu: rounded(of("cpu"), 0),
      p50: rounded(of("p50"), 2),
      p99: rounded(of("p99"), 2),
    };
  };
  const receivers: Partial<Record<Receiver, Figures>> = {};
  for (const [receiver, rounds] of seen) receivers[receiver] = figures(rounds);
  const { bare, probot, forgehand } = receivers;
  const over = (other: Figures | undefined) => forgehand && other && rounded(forgehand.cpu / other.cpu, 2);
  return { receivers, ratios: { bare: over(bare), probot: over(probot) } };
}
