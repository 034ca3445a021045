import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";

import { stringify } from "yaml";

import { commentTold, labelTold, sign, threadTold } from "../../demo/deliveries.ts";
import type { Told } from "../../demo/deliveries.ts";
import { bareEnvironment, COMMAND, startForgehand } from "../../demo/forgehand.ts";
import type { Server } from "../../demo/forgehand.ts";
import { addComment, addLabel, openIssue, openPull } from "../../demo/github/doings.ts";
import type { Account, Comment, Happening, Repository, Status, Thread } from "../../demo/github/state.ts";
import { commit } from "../../demo/repository.ts";
import { send } from "../../demo/send.ts";
import type { Received } from "../../demo/send.ts";
import { DEFAULT_BRANCH, openWorld, OWNER } from "../../demo/world.ts";
import type { World } from "../../demo/world.ts";
import { silent } from "../../src/core/log.ts";
import type { Run } from "../../src/core/run.ts";
import { isOver } from "../../src/core/run.ts";
import type { Store } from "../../src/core/store.ts";
import { openSqlite } from "../../src/record/sqlite.ts";
import { temporaryFolder } from "./temporary.ts";
import { until } from "./until.ts";

export interface WholeOptions {
  /** As in the config file. */
  readonly automations: Readonly<Record<string, object>>;
  /** How Forgehand proves itself; an App if not said. */
  readonly as?: "app" | "token";
  /** Whether GitHub tells of everything that happens there, also of what Forgehand does. It does if not said. */
  readonly echo?: boolean;
  /** Server processes over one data folder; one if not said. */
  readonly servers?: number;
}

/** The whole of it: real server processes, real git, and a GitHub on loopback. */
export interface Whole extends AsyncDisposable {
  readonly world: World;
  /** The server processes; a test may stop them and start others. */
  readonly servers: Server[];
  /** The store that the servers write, open for reading beside them. */
  readonly store: Store;
  start(): Promise<Server>;
  /** Send a delivery to a server. The same `id` again is a redelivery. */
  tell(told: Told, how?: { id?: string; to?: Server }): Promise<Received>;
  issue(title?: string, repository?: Repository): Thread;
  /** Somebody sets a label, and GitHub tells of it. */
  label(
    thread: Thread,
    label: string,
    how?: { actor?: Account; id?: string; to?: Server; repository?: Repository },
  ): Promise<Received>;
  /** Somebody writes a comment, and GitHub tells of it. */
  comment(thread: Thread, body: string, actor?: Account): Promise<void>;
  /** Somebody opens a pull request from a new branch, and GitHub tells of it. */
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
  statuses(sha: string): Status[];
  /** Run the command line; throws where it exits with an error. */
  cli(...argv: string[]): Promise<string>;
  /** Send a delivery again that was sent with this id. */
  redeliver(id: string): Promise<Received>;
  /** Let time pass for the jobs: leases of silent workers run out, and what waits is due. */
  passTime(): void;
  /** Folder of everything that the servers keep. */
  readonly dataDir: string;
}

/** Jobs that are due later than that are not waited for (ms). */
const PATIENCE_MS = 5_000;

export const FILES = { "README.md": "# Hello-World\n", "greeting.txt": "Hello, World!\n" };

export async function startWhole(options: WholeOptions): Promise<Whole> {
  const folder = await temporaryFolder();
  const { echo = true } = options;
  const world = await openWorld({ root: join(folder.path, "git"), as: options.as ?? "app" });
  const { github, repository, bare, self } = world;
  await commit(bare, { branch: DEFAULT_BRANCH, message: "First commit", files: FILES });
  const config = await writeConfig(folder.path, world, options);
  const environment = { ...world.environment, LOG_LEVEL: "debug" };
  const servers: Server[] = [];
  const echoes = new Set<Promise<unknown>>();
  const start = async () => {
    const server = await startForgehand({ config, cwd: folder.path, environment });
    servers.push(server);
    return server;
  };
  for (let count = 0; count < (options.servers ?? 1); count++) await start();
  const dataDir = join(folder.path, "data");
  const database = join(dataDir, "forgehand.db");
  const store = await openSqlite({ path: database, log: silent });

  const sent = new Map<string, Told>();
  const tell: Whole["tell"] = (told, { id = randomUUID(), to = servers[0]! } = {}) => {
    sent.set(id, told);
    return send(`${to.url}/webhooks/github`, sign(told, world.webhookSecret, id));
  };
  const scene = (actor: Account, where = repository) => ({ state: github.state, repository: where, actor });

  /** What Forgehand itself does there comes back to it as deliveries. */
  const stopEcho = github.listen((happening) => {
    if (!echo || happening.actor.id !== self.id) return;
    const told = toldOf(world, happening)
      .then((one) => tell(one))
      .catch(() => undefined);
    echoes.add(told);
    void told.finally(() => echoes.delete(told));
  });

  const inDatabase = (...statements: readonly string[]) => {
    const connection = new DatabaseSync(database, { timeout: 5_000 });
    for (const statement of statements) connection.exec(statement);
    connection.close();
  };

  const quiet = async () => {
    await until(async () => {
      await Promise.all(echoes);
      const owed = (await store.jobs({ limit: 200 })).filter(
        ({ dueAt, held }) => dueAt !== undefined || held,
      );
      const waitsLong = ({ dueAt = new Date(0), held }: (typeof owed)[number]) =>
        !held && dueAt.getTime() > Date.now() + PATIENCE_MS;
      // A second look comes half a minute later: what it shows is the same when it comes now.
      if (owed.length > 0 && owed.every(waitsLong)) {
        inDatabase(
          "update jobs set ready_at = 1, again_at = min(again_at, 1) where lease_token is null and ready_at is not null",
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
    tell,
    quiet,
    issue: (title = "Fix it", where = repository) =>
      openIssue(github.state, { repository: where, actor: OWNER, title, body: "Please." }),
    label: async (thread, label, { actor = OWNER, repository: where = repository, ...how } = {}) => {
      addLabel(github.state, { repository: where, actor, thread, label });
      return tell(await labelTold(scene(actor, where), "labeled", { thread, label }), how);
    },
    comment: async (thread, body, actor = OWNER) => {
      const comment = addComment(github.state, { repository, actor, thread, body });
      await tell(commentTold(scene(actor), { thread, comment }));
    },
    pull: async (branch, files, draft = false) => {
      const sha = await commit(bare, { branch, from: DEFAULT_BRANCH, message: branch, files });
      const pull = { head: { repository, branch }, base: DEFAULT_BRANCH, draft };
      const thread = await openPull(github.state, {
        repository,
        actor: OWNER,
        title: branch,
        body: "",
        pull,
      });
      await tell(await threadTold(scene(OWNER), "opened", thread));
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
    comments: ({ comments }) => comments.filter(({ author }) => author.id === self.id),
    statuses: (sha) => repository.statuses.filter((status) => status.sha === sha),
    cli: async (...argv) => {
      const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...argv, "--config", config], {
        cwd: folder.path,
        env: { ...bareEnvironment(), ...environment, LOG_LEVEL: "warn" },
      });
      return stdout;
    },
    redeliver: (id) => tell(sent.get(id)!, { id }),
    dataDir,
    passTime: () =>
      inDatabase(
        "update jobs set ready_at = 1 where ready_at is not null",
        "update jobs set again_at = 1 where again_at is not null",
      ),
    async [Symbol.asyncDispose]() {
      stopEcho();
      await Promise.all(servers.map((server) => server.stop()));
      await store.close();
      await world.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function writeConfig(folder: string, world: World, { automations }: WholeOptions): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "forgehand.yml");
  const config = {
    server: { host: "127.0.0.1", port: 0, graceTimeout: "1s" },
    dataDir: join(folder, "data"),
    worker: { run: 4 },
    forges: { github: world.forge },
    automations,
  };
  await writeFile(path, stringify(config));
  return path;
}

/** What GitHub tells webhooks of something that happened. */
async function toldOf({ github }: World, happening: Happening): Promise<Told> {
  const scene = { state: github.state, ...happening };
  switch (happening.kind) {
    case "labeled":
    case "unlabeled":
      return labelTold(scene, happening.kind, happening);
    case "commented":
      return commentTold(scene, happening);
    case "opened":
      return threadTold(scene, "opened", happening.thread);
  }
}
