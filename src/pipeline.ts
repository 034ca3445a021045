import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";

import { createAgents } from "./agents/agents.ts";
import { saveEnvironment } from "./config/saved.ts";
import type { Config } from "./config/schema.ts";
import type { Receive } from "./core/delivery.ts";
import { OWN_DOORS } from "./core/delivery.ts";
import { readFinding } from "./core/finding.ts";
import type { Forge } from "./core/forge.ts";
import type { Log } from "./core/log.ts";
import type { Queue } from "./core/queue.ts";
import type { Store } from "./core/store.ts";
import { opensWith, signInToken } from "./dashboard/auth.ts";
import { hostCheck } from "./dashboard/hosts.ts";
import { createLinks } from "./dashboard/links.ts";
import { logText } from "./dashboard/log.ts";
import { dashboardRoutes } from "./dashboard/routes.ts";
import { adapters } from "./forges/index.ts";
import { hookAddress } from "./hooks/address.ts";
import type { Tended } from "./hooks/tend.ts";
import { askToTend, createTendStep } from "./hooks/tend.ts";
import { repeated } from "./match/apply.ts";
import { passes } from "./match/globs.ts";
import { matchesIn } from "./match/matches.ts";
import { createMatchStep } from "./match/match.ts";
import { wants } from "./match/wants.ts";

import { watchedOf } from "./match/watched.ts";
import { explainKept } from "./operate/explain-kept.ts";
import { createReread } from "./operate/reread.ts";
import { retryRun } from "./operate/retry.ts";
import { apiRoutes } from "./operate/routes.ts";
import { startByHand } from "./operate/start.ts";
import { startHearing } from "./poll/heard.ts";
import { createPollStep } from "./poll/poll.ts";
import { embeddedQueue } from "./queue/embedded.ts";
import type { Worker } from "./queue/worker.ts";
import { startWorker } from "./queue/worker.ts";
import { healthRoutes } from "./receive/health.ts";
import { createKeeper } from "./receive/keep.ts";
import { createReceive } from "./receive/receive.ts";
import { createServer } from "./receive/server.ts";
import type { Smee } from "./receive/smee.ts";
import { startSmee } from "./receive/smee.ts";
import { watchGate } from "./receive/turned-away.ts";
import { webhookRoutes } from "./receive/webhooks.ts";
import { openSqlite } from "./record/sqlite.ts";
import { createReportStep } from "./report/report.ts";
import { createChangedPaths } from "./run/changed-paths.ts";
import { pickExecutor } from "./run/executors.ts";
import { groupOf } from "./run/group.ts";
import { probeSandbox } from "./run/probe-sandbox.ts";
import { allOwnAutomations, automationOf, ownAutomationsOf, repositoryFiles } from "./repository-files.ts";
import { processExecutor } from "./run/process.ts";
import { createRefs } from "./run/refs.ts";
import { createRunStep } from "./run/run.ts";
import { createScheduleStep } from "./schedule/schedule.ts";
import { sandboxExecutor } from "./run/sandbox.ts";
import { openForges, originOf, polledForges, setUpsOf } from "./wiring/forges.ts";
import { basePathOf, closedPaths, lazily, proxyOf, tellOfSandbox } from "./wiring/machine.ts";
import { createPruning } from "./wiring/prune.ts";

/** All rooms wired together: receive → verify → normalise → record, then match → run → report; poll beside them. */
export interface Pipeline {
  /** Keeps a delivery: for doors that have a server of their own. */
  readonly receive: Receive;
  /** Listen on the configured address and begin to work on jobs. Resolves when requests are answered. */
  listen(): Promise<{ url: string; signInUrl: string }>;
  /** Begin to work on jobs without listening: another server hands its requests to `handle`. */
  work(): Promise<void>;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Stop accepting, let reports finish, wait for running commands up to the grace time, end what is left. */
  stop(): Promise<void>;
}

/** Open the store that a config names; `readOnly` to look at it beside whoever writes. */
export function openStore(
  config: Config,
  log: Log,
  { queue, readOnly = false }: { queue?: Queue; readOnly?: boolean } = {},
): Promise<Store> {
  const path = config.database.replace(/^sqlite:/, "");
  return openSqlite({ path, log, readOnly, onAsked: (stage, subject) => queue?.wake(stage, subject) });
}

/** Open every room of a config, in the order of the pipeline. Nothing listens and nothing works yet. */
export async function openPipeline(options: {
  config: Config;
  log: Log;
  /** Product name and version, for requests to forges. */
  userAgent: string;
  /** The file that the config was read from: no command in the sandbox ever reads it. */
  configFile?: string;
}): Promise<Pipeline> {
  const { config, log, userAgent, configFile } = options;
  const { automations, server: at } = config;
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const queue = embeddedQueue();
  const store = await openStore(config, log, { queue });
  const opened = await openForges(config, { log, userAgent });
  const forge = (name: string): Forge | undefined => opened.get(name)?.forge;

  const signingKey = await store.secret("signing-key", () => randomBytes(32).toString("base64url"));
  const token = await signInToken(config.dataDir);
  const links = createLinks({ signingKey, publicUrl: at.publicUrl });
  const runUrl = ({ id }: { id: number }): string | undefined => links.runUrl(id);

  // receive → verify → normalise → record
  const files = repositoryFiles(config);
  const isWanted: Parameters<typeof createReceive>[0]["wants"] = (reading, place) =>
    wants(reading, automations, place, files);
  const record = createReceive({ store, wants: isWanted });
  const polled = polledForges(opened);
  const hearing = startHearing({ store, isPolled: (name) => polled.has(name), log });
  const receive: Receive = (delivery, reading) => {
    hearing.note(delivery, reading);
    return record(delivery, reading);
  };
  const gate = watchGate({ store, log });
  let stopping = false;
  const app = createServer({ log, basePath: basePathOf(at) });
  healthRoutes(app, { store, stopping: () => stopping, log });
  const served = [...opened].map(([name, { door, settings, adapter }]) => ({
    name,
    adapter,
    secrets: settings.webhookSecret,
    door,
  }));
  if (!at.pollOnly) {
    webhookRoutes(app, {
      forges: served,
      adapters,
      automations,
      keys: async (door) => (await store.webhookKeys(door)).map(({ key }) => key),
      receive,
      gate,
      log,
    });
  }
  const reread = createReread({ kindOf: (name) => opened.get(name)?.settings.kind, adapters });
  apiRoutes(app, {
    store,
    opens: opensWith(token),
    isOurs: hostCheck(at.publicUrl, at.hosts),
    forges: [...opened.keys()],
    automations,
    publicUrl: at.publicUrl,
    start: (order, signal) =>
      startByHand(
        {
          store,
          automations,
          forges: [...opened.keys()],
          withForge: (name, work) => {
            const line = forge(name);
            if (line === undefined) throw new TypeError(`no line to the forge ${name}`);
            return work(line);
          },
        },
        order,
        signal,
      ),
    retry: (id) => store.change((transaction) => retryRun(transaction, id, repeated)),
    explain: async (kept) => {
      const added = await ownAutomationsOf(reread(kept), kept.forge, { store, files });
      return explainKept(kept, { automations: [...automations, ...added], reread, matchesIn, store });
    },
    logText: (id) => logText(store, id),
    log,
  });
  dashboardRoutes(app, {
    store,
    log,
    publicUrl: at.publicUrl,
    hosts: at.hosts,
    signInToken: token,
    signingKey,
    links,
    origin: (name) => originOf(forge(name)),
    setUps: setUpsOf(config, { log, userAgent }),
    saveSetUp: (environment) => saveEnvironment(config.dataDir, environment),
  });

  // match → run → report
  const match = createMatchStep({
    store,
    automations,
    forge,
    normalise: (delivery) =>
      OWN_DOORS.includes(delivery.door)
        ? readFinding(delivery.body)
        : opened.get(delivery.forge)?.adapter.normalise(delivery),
    changedPaths: createChangedPaths(config.dataDir),
    files,
    refs: createRefs(config.dataDir),
    groupOf,
    log,
  });
  const closed = closedPaths(config, configFile);
  const sandbox = lazily(probeSandbox);
  const run = createRunStep({
    store,
    forge,
    automation: (one) => automationOf(one, automations, files),
    executor: pickExecutor({ boxed: sandboxExecutor({ closed }), plain: processExecutor() }),
    sandbox,
    agents: createAgents({ prices: config.agents.prices, environment: proxyOf(process.env), log }),
    dataDir: config.dataDir,
    log,
    runUrl,
  });
  const report = createReportStep({ store, forge, runUrl, log });

  // What keeps deliveries coming.
  const check = !at.pollOnly && config.hooks.check;
  // What had to be brought does not show that webhooks arrive, so nobody hears of it.
  const keeper = createKeeper(record);
  const tended = (name: string): Tended | undefined => {
    const line = opened.get(name);
    const [secret = ""] = line?.settings.webhookSecret ?? [];
    return line && { forge: line.forge, secret, url: hookAddress(name, at) };
  };
  const tend = createTendStep({
    store,
    tended,
    bring: async (name, request) => {
      const from = served.find((one) => one.name === name);
      if (from !== undefined) await keeper.keep(from, keeper.deliveryOf(from, "", request));
    },
    every: check === false ? 0 : check,
    log,
  });
  /** What repositories of each forge added when it was last polled. */
  const own = new Map<string, Awaited<ReturnType<typeof allOwnAutomations>>>();
  const poll = createPollStep({
    store,
    polled: (name) => polled.get(name),
    pollOnly: at.pollOnly,
    wanted: (name, fullName) => {
      const added = own.get(name)?.get(fullName.toLowerCase()) ?? [];
      const lacks = opened.get(name)?.adapter.lacks ?? [];
      const wanted = watchedOf([...automations, ...added], { forge: name, fullName, lacks });
      // A push to the default branch may change the file.
      return files.serves(name, fullName) ? { ...wanted, branches: true } : wanted;
    },
    wants: isWanted,
    log,
  });
  const pollOwn: typeof poll = async (claim, signal) => {
    const { subject: name } = claim;
    if (config.repositoryAutomations !== false)
      own.set(name, await allOwnAutomations(name, { store, files }));
    await poll(claim, signal);
  };
  const schedule = createScheduleStep({
    store,
    automation: (name) => automations.find((automation) => automation.name === name),
    forges: [...opened.values()].map(({ forge: line, settings: { repositories = [] } }) => ({
      forge: line,
      listed: repositories,
    })),
    serves: ({ repositories }, fullName) => passes(fullName, repositories),
    log,
  });
  const pruning = createPruning(config, { store, log });
  let telling: Promise<void> | undefined;
  let worker: Worker | undefined;
  let smee: Smee | undefined;

  const work = async (): Promise<void> => {
    await app.ready();
    // Trying it takes a while, and nobody has to wait for a warning.
    telling = tellOfSandbox(config, sandbox, log);
    await pruning.start();
    if (check !== false) await askToTend(store, [...opened.keys()].map(tended));
    await store.change(async (transaction) => {
      for (const name of polled.keys()) await transaction.ask("poll", name);
      for (const { name, on } of automations) {
        if (on.schedule !== undefined) await transaction.ask("schedule", name);
      }
    });
    worker = startWorker({
      store,
      queue,
      log,
      stages: {
        match: { concurrency: config.worker.match, work: match },
        run: { concurrency: config.worker.run, work: run },
        report: { concurrency: config.worker.report, work: report },
        poll: { concurrency: config.worker.poll, work: pollOwn },
        schedule: { concurrency: 1, work: schedule },
        prune: pruning.prune,
        tend: { concurrency: check === false ? 0 : 1, work: tend },
      },
    });
  };

  return {
    receive,
    work,
    handle: (request, response) => app.routing(request, response),
    async listen() {
      const address = await app.listen({ host: at.host, port: at.port });
      await work();
      if (at.smee !== undefined && !at.pollOnly)
        smee = startSmee({ url: at.smee, target: `${address}/webhooks`, log });
      const url = at.publicUrl ?? address;
      return { url: address, signInUrl: `${url}/sign-in?token=${encodeURIComponent(token)}` };
    },
    async stop() {
      stopping = true;
      await smee?.close();
      await app.close();
      await worker?.stop({ grace: at.graceTimeout });
      await telling;
      await pruning.stop();
      await hearing.stop();
      await gate.stop();
      await queue.close();
      for (const line of opened.values()) await line.close();
      await store.close();
    },
  };
}
