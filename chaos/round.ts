import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import type { World } from "../demo/world.ts";
import { planBurst } from "./burst.ts";
import type { Verdict } from "./check.ts";
import { judge } from "./check.ts";
import type { Fleet } from "./fleet.ts";
import { startFleet } from "./fleet.ts";
import type { Ground } from "./ground.ts";
import { happen } from "./happenings.ts";
import type { Strikes, Target } from "./killer.ts";
import { strikeAtRandom } from "./killer.ts";
import { expectedOf, lookAround, workspacesOf } from "./look.ts";
import { randomFrom } from "./random.ts";
import { environmentOf, openWorlds, writeConfig } from "./scene.ts";
import type { Sender } from "./sender.ts";
import { startSender } from "./sender.ts";
import { settle } from "./settle.ts";
import { serversGround } from "./servers-ground.ts";
import type { Size } from "./size.ts";
import { sqliteGround } from "./sqlite-ground.ts";

/** What a round is on. */
export const GROUNDS = {
  sqlite: sqliteGround,
  postgres: serversGround,
} as const satisfies Readonly<Record<string, (folder: string, seed: number) => Ground | Promise<Ground>>>;

export type GroundName = keyof typeof GROUNDS;

const CONNECTIONS = 16;
/** Milliseconds between two lines of progress. */
const NOTE_EVERY_MS = 3_000;
/** Milliseconds without any change after which nothing more is expected: more than a lease and a second look. */
const PATIENCE_MS = 90_000;
/** Milliseconds until the workspaces of runs that are over have to be gone. */
const TIDY_DEADLINE_MS = 20_000;
const LOOK_AGAIN_MS = 200;
/** Milliseconds without an answer after which a burst has come to a halt: whatever was struck is back long before. */
const HALT_MS = 180_000;
/** What makes every job due that waits for its time alone. */
const HURRY =
  "update jobs set ready_at = 1, again_at = case when again_at is null then null else 1 end " +
  "where lease_token is null and ready_at is not null and stage in ('match', 'run', 'report')";

export interface RoundOptions {
  readonly on: GroundName;
  readonly size: Size;
  readonly seed: number;
  /** Whether the folder stays, with the store, the logs and the gits. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
  /** Hears what is going on. */
  readonly note: (text: string) => void;
}

/** What became of one round. */
export interface RoundReport extends Verdict {
  readonly on: GroundName;
  readonly seconds: number;
  /** Seconds of them until all was answered and the last process killed. */
  readonly burstSeconds: number;
  readonly deliveries: number;
  readonly sentTwice: number;
  readonly unsigned: number;
  readonly sentAgain: number;
  readonly kills: number;
  readonly killsOf: Strikes;
  /** Where it is kept, when it was asked for. */
  readonly folder?: string;
}

/** One burst on one ground, with strikes in the midst of it, until nothing is owed; then what is there is looked at. */
export async function playRound(options: RoundOptions): Promise<RoundReport> {
  const { on, keep, note } = options;
  const folder = await mkdtemp(join(tmpdir(), "forgehand-chaos-"));
  const began = performance.now();
  const stack = new AsyncDisposableStack();
  try {
    if (!keep) stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
    note(`${on}: in ${folder}`);
    const report = await inFolder(folder, options, stack);
    const seconds = secondsSince(began);
    return { on, ...report, seconds, ...(keep && { folder }) };
  } finally {
    await stack.disposeAsync();
  }
}

async function inFolder(
  folder: string,
  options: RoundOptions,
  stack: AsyncDisposableStack,
): Promise<Omit<RoundReport, "on" | "seconds" | "folder">> {
  const { on, size, seed, note } = options;
  const random = randomFrom(seed);
  const halted = new AbortController();
  const signal = AbortSignal.any([options.signal, halted.signal]);
  const ground = await GROUNDS[on](folder, seed);
  stack.defer(() => ground.end());
  const worlds = await openWorlds(folder);
  stack.defer(async () => {
    await Promise.all(worlds.map((world) => world.close()));
  });
  const starting = await happen(worlds, size.runs, random);
  const burst = await planBurst(worlds, starting, { deliveries: size.deliveries, random });
  note(`${on}: ${burst.length} deliveries are made, ${burst.runs.length} of them start a run`);

  const executions = join(folder, "executions");
  const fleet = await begin(folder, { ground, worlds, executions });
  stack.defer(() => fleet.end());
  const ports = fleet.members.flatMap(({ port }) => port ?? []);
  const began = performance.now();
  // What is sent when must not change what is chosen to be struck.
  const sender = startSender(burst, {
    ports,
    connections: CONNECTIONS,
    random: randomFrom(seed + 1),
    signal,
  });
  const telling = watch(sender, burst.length, {
    note: (text) => note(`${on}: ${text}`),
    halt: (error) => halted.abort(error),
  });
  stack.defer(() => clearInterval(telling));
  const targets = [...targetsOf(fleet), ...ground.targets];
  const kills = { kills: size.kills, deliveries: burst.length, sender, random, signal };
  const killsOf = await strikeAtRandom(targets, kills);
  await sender.reach(burst.length);
  clearInterval(telling);
  const burstSeconds = secondsSince(began);
  note(`${on}: all is answered and ${size.kills} were killed after ${burstSeconds} s`);

  const found = await restAndLook(folder, { ground, worlds, executions, fleet, options });
  return {
    ...judge(expectedOf(burst, sender), found),
    burstSeconds,
    deliveries: burst.length,
    sentTwice: burst.counts.twice,
    unsigned: burst.counts.unsigned,
    sentAgain: sender.sentAgain,
    kills: Object.values(killsOf).reduce((sum, count) => sum + count, 0),
    killsOf,
  };
}

interface Place {
  readonly ground: Ground;
  readonly worlds: readonly World[];
  readonly executions: string;
}

async function begin(folder: string, { ground, worlds, executions }: Place): Promise<Fleet> {
  const { database, queue, roles, apart } = ground;
  await mkdir(join(folder, "data"), { recursive: true });
  const config = await writeConfig(folder, worlds, { database, queue, executions });
  return startFleet({ roles, folder, config, environment: environmentOf(worlds), apart });
}

/** Wait until nothing is owed, end all processes in order, and look at what is there. */
async function restAndLook(
  folder: string,
  { ground, worlds, executions, fleet, options }: Place & { fleet: Fleet; options: RoundOptions },
) {
  const { on, signal, note } = options;
  await ground.ready();
  const store = await ground.open();
  try {
    await Promise.all(fleet.members.map((member) => member.ready()));
    let told = 0;
    const settled = await settle({
      store,
      hurry: () => ground.execute(HURRY),
      note: (text) => {
        if (Date.now() - told < NOTE_EVERY_MS) return;
        told = Date.now();
        note(`${on}: ${text}`);
      },
      patience: PATIENCE_MS,
      signal,
    });
    note(
      `${on}: ${settled ? "nothing is owed any more" : "nothing changes any more, and something is owed"}`,
    );
    const end = Date.now() + TIDY_DEADLINE_MS;
    while ((await workspacesOf(fleet)).length > 0 && Date.now() < end) await wait(LOOK_AGAIN_MS);
    await fleet.end();
    return await lookAround({ store, ground, worlds, fleet, folder, executions });
  } finally {
    await store.close();
  }
}

/** Kinds are struck as often as there are processes of them, twice that for those that have work in hand. */
function targetsOf({ members }: Fleet): Target[] {
  return members.map((member) => ({
    what: member.role,
    weight: member.role === "web" ? 2 : 3,
    strike: () => member.kill(),
  }));
}

/** Tell from time to time how far a burst is, and end it when it gets no further. */
function watch(
  sender: Sender,
  all: number,
  { note, halt }: { note: (text: string) => void; halt: (error: Error) => void },
): NodeJS.Timeout {
  let before = 0;
  let changedAt = Date.now();
  return setInterval(() => {
    const { answered, sentAgain } = sender;
    note(`${answered} of ${all} are answered, ${sentAgain} were sent again`);
    if (answered > before) changedAt = Date.now();
    before = answered;
    if (Date.now() - changedAt < HALT_MS) return;
    halt(
      new Error(`Only ${answered} of ${all} deliveries were answered, and no more come to be: see the logs.`),
    );
  }, NOTE_EVERY_MS);
}

const secondsSince = (began: number): number => Math.round((performance.now() - began) / 100) / 10;
