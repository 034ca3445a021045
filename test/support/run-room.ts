import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { startGitServer } from "../../demo/git-server.ts";
import { createAgents } from "../../src/agents/agents.ts";
import type { Automation } from "../../src/core/automation.ts";
import type { Executor } from "../../src/core/executor.ts";
import { silent } from "../../src/core/log.ts";
import type { NewRun, Run } from "../../src/core/run.ts";
import type { Store } from "../../src/core/store.ts";
import type { Patience } from "../../src/run/beginning.ts";
import type { SandboxState } from "../../src/run/confinement.ts";
import { processExecutor } from "../../src/run/process.ts";
import { createRunStep } from "../../src/run/run.ts";
import type { FakeForge } from "./fake-forge.ts";
import { fakeForge } from "./fake-forge.ts";
import { automation as sample, issueEvent, run as sampleRun } from "./samples.ts";
import { temporaryFolder, temporaryStore } from "./temporary.ts";

const execute = promisify(execFile);

/** The token of the fake forge: no command may ever see it. */
export const TOKEN = "token-that-no-command-sees";

/** A commit that is not there is missed at once: here nothing arrives late unless a test says so. */
const IMPATIENT: Patience = { every: 10, within: 20 };

/** Everything that a run needs, all of it real but the forge's API: a store, a git server, a worker's step. */
export interface RunRoom {
  readonly store: Store;
  readonly forge: FakeForge;
  readonly dataDir: string;
  /** The bare repository that the git server serves. */
  readonly origin: string;
  /** Requests that the git server got. */
  readonly requests: readonly { method: string; path: string; user: string | undefined }[];
  /** Run git in the bare repository. */
  git(...args: string[]): Promise<string>;
  /** Commit files to a branch of the bare repository, on top of another one; returns the commit. */
  commit(branch: string, files: Record<string, string>, from?: string): Promise<string>;
  /** Record a run of an automation that executes this. */
  add(automation: Partial<Automation>, run?: Partial<NewRun>): Promise<Run>;
  /** Do the step of the run's job once, as a worker would. */
  work(options?: {
    signal?: AbortSignal;
    executor?: Executor;
    patience?: Patience;
    /** Found out when somebody asks. */
    sandbox?: SandboxState | (() => Promise<SandboxState>);
  }): Promise<Run>;
  /** Record a run and work on it. */
  perform(automation: Partial<Automation>, run?: Partial<NewRun>): Promise<Run>;
  /** The log of a run as one text. */
  log(run: Run): Promise<string>;
  /** What is left of workspaces. */
  leftovers(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openRunRoom(kind: Parameters<typeof fakeForge>[0] = {}): Promise<RunRoom> {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const { store } = stack.use(await temporaryStore());
  const served = join(folder.path, "served");
  const origin = join(served, "octo/hello.git");
  const dataDir = join(folder.path, "data");
  const server = await startGitServer({ root: served, credentials: { bot: TOKEN } });
  stack.defer(() => server.close());
  const forge = fakeForge({
    gitUrl: server.url,
    credentials: { username: "bot", password: TOKEN },
    ...kind,
  });
  const automations: Automation[] = [];
  const reporting = new AbortController();
  const reporter = confirmReports(store, reporting.signal);
  stack.defer(async () => {
    reporting.abort();
    await reporter;
  });
  await mkdir(origin, { recursive: true });

  const room: RunRoom = {
    store,
    forge,
    dataDir,
    origin,
    requests: server.requests,
    git: (...args) => git(origin, ...args),
    async commit(branch, files, from) {
      await using work = await temporaryFolder();
      await git(work.path, "clone", "--quiet", origin, "work");
      const clone = join(work.path, "work");
      if (from === undefined) await git(clone, "checkout", "--quiet", "--orphan", branch);
      else await git(clone, "checkout", "--quiet", "-B", branch, `origin/${from}`);
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(clone, path)), { recursive: true });
        await writeFile(join(clone, path), text);
      }
      await git(clone, "add", "--all");
      await git(clone, "commit", "--quiet", "--message", `change ${branch}`);
      await git(clone, "push", "--quiet", "--force", "origin", `HEAD:refs/heads/${branch}`);
      return await git(clone, "rev-parse", "HEAD");
    },
    async add(automation, change = {}) {
      const one = sample({ name: `automation-${automations.length + 1}`, ...automation });
      automations.push(one);
      const body = Buffer.from('{"action":"labeled"}');
      const delivery = {
        forge: forge.name,
        door: "",
        id: `delivery-${automations.length}`,
        event: "issues",
        headers: {},
        body,
        receivedAt: new Date(0),
      };
      await store.record({ delivery, reading: { kind: "event", events: [issueEvent()] }, wanted: true });
      const [kept] = await store.deliveries({ limit: 1 });
      const { key, event, repo, actor, thread, publishes, label, depth } = sampleRun();
      const wanted: NewRun = {
        ...{ key: `${key}-${automations.length}`, event, repo, actor, thread, publishes, label, depth },
        automation: one.name,
        forge: forge.name,
        delivery: kept?.key ?? "",
        context: one.context,
        comments: true,
        ...change,
      };
      return (await store.change((transaction) => transaction.addRun(wanted))).run;
    },
    async work({
      signal = new AbortController().signal,
      executor = processExecutor(),
      patience = IMPATIENT,
      sandbox = { works: false, reason: "There is no sandbox in this room." },
    } = {}) {
      const step = createRunStep({
        store,
        forge: (name) => (name === forge.name ? forge : undefined),
        automation: ({ automation: name }) =>
          automations.findLast((one) => one.name === name) ?? {
            missing: `There is no automation "${name}" here.`,
          },
        executor,
        sandbox: typeof sandbox === "function" ? sandbox : () => Promise.resolve(sandbox),
        agents: createAgents({ log: silent }),
        dataDir,
        patience,
        log: silent,
        runUrl: ({ id }) => `https://bot.example/runs/${id}`,
      });
      const claim = await store.claim("run", { lease: 60_000 });
      if (claim === undefined) throw new Error("no run is due");
      try {
        await step(claim, signal);
      } catch (error) {
        await store.giveBack(claim, { after: 0, error: String(error) });
      }
      const run = await store.run(Number(claim.subject));
      if (run === undefined) throw new Error("the run is gone");
      return run;
    },
    async perform(automation, change) {
      await room.add(automation, change);
      return room.work();
    },
    log: async (run) => (await store.log(run.id, 0)).map(({ text }) => text).join(""),
    leftovers: () => readdir(join(dataDir, "runs")).catch(() => []),
    close: () => Promise.resolve(stack.disposeAsync()),
  };
  await room.git("init", "--quiet", "--bare", "--initial-branch=main");
  await room.commit("main", { "README.md": "hello\n", ".gitignore": "ignored\n" });
  return room;
}

/** Say of every report that the forge has it, so that no run waits for a forge that nobody reports to. */
async function confirmReports(store: Store, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const claim = await store.claim("report", { lease: 60_000 });
    if (claim === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    else
      await store.complete(claim, (transaction) =>
        transaction.savePlace({ key: claim.subject, reportedAt: new Date() }),
      );
  }
}

/** Git as a person would run it, with nothing of this machine's configuration. Returns what it printed, trimmed. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const name = { GIT_AUTHOR_NAME: "Alice", GIT_AUTHOR_EMAIL: "alice@example.com" };
  const committer = { GIT_COMMITTER_NAME: "Alice", GIT_COMMITTER_EMAIL: "alice@example.com" };
  const env = {
    PATH: process.env.PATH,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    ...name,
    ...committer,
  };
  const { stdout } = await execute("git", args, { cwd, env });
  return stdout.trim();
}
