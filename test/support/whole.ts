import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { stringify } from "yaml";

import { bareEnvironment, COMMAND, startForgehand, startForgehandWorker } from "../../demo/forgehand.ts";
import type { Process, Server } from "../../demo/forgehand.ts";
import { commit } from "../../demo/repository.ts";
import { send } from "../../demo/stand-in/delivery.ts";
import type { Received, Told } from "../../demo/stand-in/delivery.ts";
import type { Account, Comment, Repository, Thread } from "../../demo/stand-in/state.ts";
import { DEFAULT_BRANCH, OWNER } from "../../demo/world.ts";
import type { ShownStatus, World, WorldOptions } from "../../demo/world.ts";
import { WORLDS } from "../../demo/worlds.ts";
import type { Worlds } from "../../demo/worlds.ts";
import type { Polling } from "../../src/core/forge.ts";
import type { Stage } from "../../src/core/job.ts";
import type { Run } from "../../src/core/run.ts";
import { isOver } from "../../src/core/run.ts";
import type { Store } from "../../src/core/store.ts";
import { mustBeDescribed } from "../forges/described.ts";
import { freePort } from "./free-port.ts";
import { temporaryFolder } from "./temporary.ts";
import { until } from "./until.ts";
import type { GroundName, WholeGround } from "./whole-ground.ts";
import { layGround } from "./whole-ground.ts";

type Automations = Readonly<Record<string, object>>;

export interface WholeOptions<Kind extends keyof Worlds = keyof Worlds> {
  /** The forge that it all happens on; GitHub if not said. */
  readonly forge?: Kind;
  /** As in the config file; made of the world where they name what is there. */
  readonly automations: Automations | ((world: Worlds[Kind]) => Automations);
  /** How Forgehand proves itself, where the forge knows several ways. */
  readonly as?: WorldOptions["as"];
  /** Whether the forge tells of everything that happens there, also of what Forgehand does. It does if not said. */
  readonly echo?: boolean;
  /** Whether the config knows where the one server is reached, also after a new start: webhooks need that. */
  readonly reached?: boolean;
  /** How often webhooks are looked after, as in the config file. */
  readonly hooks?: object;
  /** What the processes share; a file of SQLite if not said. */
  readonly on?: GroundName;
  /** Server processes; one if not said. */
  readonly servers?: number;
  /** What each server is started with beside its config, such as `--no-worker`. */
  readonly serve?: readonly string[];
  /** What repositories may do by a file of their own, as in the config file. */
  readonly repositoryAutomations?: object;
  /** Variables of the server beside those of the forge. */
  readonly environment?: Readonly<Record<string, string>>;
  /** As in the config file; not at all if not said, so that it disturbs nothing. */
  readonly polling?: Polling | object;
  /** Whether the config lists the repository, which a forge without installations needs where no webhook comes. */
  readonly listed?: boolean;
  /** Makes a disk of its own of the data folder; the answer takes it away. */
  readonly disk?: (dataDir: string) => () => void;
  /** What is kept how long, as in the config file. */
  readonly retention?: object;
  /** Whether it receives no webhooks, and has no secret for them. */
  readonly pollOnly?: boolean;
}

/**
 * The whole of it: real server processes, real git, and a forge on loopback. Disposing throws where the forge was asked
 * for what the vendor's own description of its API does not know.
 */
export interface Whole<Place extends World = Worlds["github"]> extends AsyncDisposable {
  readonly world: Place;
  /** The server processes; a test may stop them and start others. */
  readonly servers: Server[];
  /** The store that the servers write, open for reading beside them. */
  readonly store: Store;
  start(): Promise<Server>;
  /** Start a process that only works, ended with the servers. */
  work(options?: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Process>;
  /** Send a delivery to a server. The same `id` again is a redelivery. */
  tell(told: Told, how?: { id?: string; to?: Server }): Promise<Received>;
  issue(title?: string, repository?: Repository): Thread;
  /** Somebody sets a label, and the forge tells of it. */
  label(
    thread: Thread,
    label: string,
    how?: { actor?: Account; id?: string; to?: Server },
  ): Promise<Received>;
  /** Somebody writes a comment, and the forge tells of it. */
  comment(thread: Thread, body: string, actor?: Account): Promise<void>;
  /** Somebody opens a pull request from a new branch, and the forge tells of it. */
  pull(
    branch: string,
    files: Readonly<Record<string, string>>,
    draft?: boolean,
  ): Promise<{ thread: Thread; sha: string }>;
  /** All runs, oldest first. */
  runs(): Promise<Run[]>;
  /** The run of this number, once it is over and everything that shows it was reported. */
  over(id: number): Promise<Run>;
  /** Wait until every job is done: nothing is due, held or about to be tried again. What waits long is due at once. */
  quiet(): Promise<void>;
  /** Our comments on an issue or pull request. */
  comments(thread: Thread): Comment[];
  statuses(sha: string): ShownStatus[];
  /** Run the command line; throws where it exits with an error. */
  cli(...argv: string[]): Promise<string>;
  /** Send a delivery again that was sent with this id. */
  redeliver(id: string): Promise<Received>;
  /** Let time pass for the jobs: leases of silent workers run out, and what waits is due. */
  passTime(): Promise<void>;
  /**
   * Stop a server in its tracks, until SIGCONT. Not in the middle of a transaction: the lock of one process that stands
   * still would keep all others from writing.
   */
  freeze(server: Server): Promise<void>;
  /** Folder of everything that the servers keep. */
  readonly dataDir: string;
  /** The config file that every server starts with. */
  readonly config: string;
}

/** Jobs that are never done. */
export const FOR_EVER: readonly Stage[] = ["poll", "tend", "schedule", "prune"];

/** Jobs that are due later than that are not waited for (ms). */
const PATIENCE_MS = 5_000;
/** How often what waits long is made due (ms). */
const NUDGE_MS = 1_000;

export const FILES = { "README.md": "# Hello-World\n", "greeting.txt": "Hello, World!\n" };

export async function startWhole<Kind extends keyof Worlds = "github">(
  options: WholeOptions<Kind>,
): Promise<Whole<Worlds[Kind]>> {
  const folder = await temporaryFolder();
  const { echo = true, forge = "github" as Kind } = options;
  const world = await WORLDS[forge]({ root: join(folder.path, "git"), as: options.as });
  const { repository, bare, self } = world;
  await commit(bare, { branch: DEFAULT_BRANCH, message: "First commit", files: FILES });
  const { automations: written } = options;
  const automations = typeof written === "function" ? written(world) : written;
  const dataDir = join(folder.path, "data");
  const ground = await layGround(options.on ?? "sqlite", dataDir);
  const config = await writeConfig(folder.path, world, { ...options, ground, automations });
  const environment = { ...world.environment, ...options.environment, LOG_LEVEL: "debug" };
  const servers: Server[] = [];
  const workers: Process[] = [];
  const echoes = new Set<Promise<unknown>>();
  const cwd = folder.path;
  let machines = 0;
  const place = () => (ground.apart ? ["--data", `${dataDir}-${machines++}`] : []);
  const start = async () => {
    const wish = [...place(), ...(options.serve ?? [])];
    const server = await startForgehand({ config, cwd, environment, options: wish });
    servers.push(server);
    return server;
  };
  const work: Whole["work"] = async (wish = [], more = {}) => {
    const its = { config, cwd, environment: { ...environment, ...more } };
    const worker = await startForgehandWorker({ ...its, options: [...place(), ...wish] });
    workers.push(worker);
    return worker;
  };
  await mkdir(dataDir, { recursive: true });
  const removeDisk = options.disk?.(dataDir);
  for (let count = 0; count < (options.servers ?? 1); count++) await start();
  const store = await ground.open();

  const sent = new Map<string, Told>();
  const tell: Whole["tell"] = (told, { id = randomUUID(), to = servers[0]! } = {}) => {
    sent.set(id, told);
    return send(`${to.url}/webhooks/${world.kind}`, world.sign(told, id));
  };

  /** What Forgehand itself does there comes back to it as deliveries. */
  const stopEcho = world.listen((happening) => {
    if (!echo || happening.actor.id !== self.id) return;
    const told = world
      .told(happening)
      .then((one) => tell(one))
      .catch(() => undefined);
    echoes.add(told);
    void told.finally(() => echoes.delete(told));
  });

  const quiet = async () => {
    let nudgedAt = 0;
    await until(async () => {
      await Promise.all(echoes);
      const owed = (await store.jobs({ limit: 200 })).filter(
        // A forge is polled for ever, and its webhooks are looked after again and again.
        ({ stage, dueAt, held }) => !FOR_EVER.includes(stage) && (dueAt !== undefined || held),
      );
      const waitsLong = ({ dueAt = new Date(0), held }: (typeof owed)[number]) =>
        !held && dueAt.getTime() > Date.now() + PATIENCE_MS;
      // A second look comes half a minute later: what it shows is the same when it comes now.
      // Not again and again at once: a job that fails too often is parked.
      if (owed.length > 0 && owed.every(waitsLong) && Date.now() - nudgedAt > NUDGE_MS) {
        nudgedAt = Date.now();
        await ground.change(
          `update jobs set ready_at = 1, again_at = case when again_at > 1 then 1 else again_at end where lease_token is null and ready_at is not null and stage not in ('${FOR_EVER.join("', '")}')`,
        );
      }
      return owed.length === 0;
    }, 60_000);
  };

  return {
    world,
    servers,
    store,
    start,
    work,
    tell,
    quiet,
    issue: (title = "Fix it", where = repository) =>
      world.openIssue({ title, body: "Please.", repository: where }),
    label: async (thread, label, { actor = OWNER, ...how } = {}) => {
      world.changeLabels(thread, { add: [label] }, actor);
      const about = { repository: thread.repository, actor, thread };
      return tell(await world.told({ kind: "labels", ...about, added: [label], removed: [] }), how);
    },
    comment: async (thread, body, actor = OWNER) => {
      const comment = world.comment(thread, body, actor);
      await tell(await world.told({ kind: "commented", repository, actor, thread, comment }));
    },
    pull: async (branch, files, draft = false) => {
      const sha = await commit(bare, { branch, from: DEFAULT_BRANCH, message: branch, files });
      const thread = await world.openPullRequest({ title: branch, branch, draft });
      await tell(await world.told({ kind: "opened", repository, actor: OWNER, thread }));
      return { thread, sha };
    },
    runs: async () => (await store.runs({ limit: 200 })).reverse(),
    over: async (id) => {
      await until(async () => {
        const run = await store.run(id);
        return run !== undefined && isOver(run.state);
      }, 30_000);
      await quiet();
      return (await store.run(id))!;
    },
    comments: (thread) => world.comments(thread),
    statuses: (sha) => world.statuses(sha),
    cli: async (...argv) => {
      const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...argv, "--config", config], {
        cwd: folder.path,
        env: { ...bareEnvironment(), ...environment, LOG_LEVEL: "warn" },
      });
      return stdout;
    },
    redeliver: (id) => tell(sent.get(id)!, { id }),
    dataDir,
    config,
    passTime: () =>
      ground.change(
        "update jobs set ready_at = 1 where ready_at is not null",
        "update jobs set again_at = 1 where again_at is not null",
      ),
    freeze: async ({ pid }) => {
      await until(async () => {
        process.kill(pid, "SIGSTOP");
        await until(() => isStopped(pid));
        if (ground.isFree()) return true;
        process.kill(pid, "SIGCONT");
        return false;
      }, 30_000);
    },
    async [Symbol.asyncDispose]() {
      stopEcho();
      await Promise.all([...servers, ...workers].map((one) => one.stop()));
      await store.close();
      await ground[Symbol.asyncDispose]();
      await world.close();
      removeDisk?.();
      await folder[Symbol.asyncDispose]();
      mustBeDescribed(world);
    },
  };
}

/** Whether a process stands still: the signal is sent at once, and obeyed a little later. */
function isStopped(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T");
}

async function writeConfig(
  folder: string,
  world: World,
  options: Omit<WholeOptions, "automations"> & { automations: Automations; ground: WholeGround },
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "forgehand.yml");
  const { pollOnly = false } = options;
  const config = {
    server: { host: "127.0.0.1", graceTimeout: "1s", pollOnly, ...(await placeOf(options)) },
    dataDir: join(folder, "data"),
    ...options.ground.settings,
    worker: { run: 4 },
    forges: { [world.kind]: forgeOf(world, options) },
    automations: Object.fromEntries(
      // Commands of tests touch files anywhere to tell how far they are.
      Object.entries(options.automations).map(([name, one]) => [name, { sandbox: "none", ...one }]),
    ),
    ...(options.hooks !== undefined && { hooks: options.hooks }),
    ...(options.retention !== undefined && { retention: options.retention }),
    ...(options.repositoryAutomations !== undefined && {
      repositoryAutomations: options.repositoryAutomations,
    }),
  };
  await writeFile(path, stringify(config));
  return path;
}

/** Where the servers listen: on any port, or on one that the config knows. */
async function placeOf({
  reached = false,
}: Pick<WholeOptions, "reached">): Promise<{ port: number; publicUrl?: string }> {
  if (!reached) return { port: 0 };
  const port = await freePort();
  return { port, publicUrl: `http://127.0.0.1:${port}` };
}

/** The forge as the config has it. It is polled only where a test says so, so that nothing else is disturbed. */
function forgeOf(
  { forge, repository }: World,
  { pollOnly = false, listed, polling }: Pick<WholeOptions, "pollOnly" | "listed" | "polling">,
): object {
  return {
    ...forge,
    polling: polling ?? (pollOnly ? {} : false),
    ...(pollOnly && { webhookSecret: undefined }),
    ...(listed === true && { repositories: [repository.fullName] }),
  };
}
