import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";

import type { Config } from "./config/schema.ts";
import type { Receive } from "./core/delivery.ts";
import type { Log } from "./core/log.ts";
import { createLinks } from "./dashboard/links.ts";
import { askToTend } from "./hooks/tend.ts";
import { wants } from "./match/wants.ts";
import { startHearing } from "./poll/heard.ts";
import type { Worker } from "./queue/worker.ts";
import { startWorker } from "./queue/worker.ts";
import { healthRoutes } from "./receive/health.ts";
import { createKeeper } from "./receive/keep.ts";
import type { Wants } from "./receive/receive.ts";
import { createReceive } from "./receive/receive.ts";
import { createServer } from "./receive/server.ts";
import type { Smee } from "./receive/smee.ts";
import { watchGate } from "./receive/turned-away.ts";
import { repositoryFiles } from "./repository-files.ts";
import { openGuard } from "./run/guard.ts";
import { probeSandbox } from "./run/probe-sandbox.ts";
import { openApi, openPages, openWebhooks } from "./wiring/doors.ts";
import { openForges, polledForges, servedForges, tendedOf } from "./wiring/forges.ts";
import { basePathOf, lazily, tellOfSandbox } from "./wiring/machine.ts";
import type { Parts } from "./wiring/parts.ts";
import { createPruning } from "./wiring/prune.ts";
import { openQueue } from "./wiring/queue.ts";
import { signInTokenOf } from "./wiring/sign-in.ts";
import { stagesOf } from "./wiring/stages.ts";
import { openStore } from "./wiring/store.ts";

export { openStore } from "./wiring/store.ts";

/** All rooms wired together: receive → verify → normalise → record, then match → run → report; poll beside them. */
export interface Pipeline {
  /** Keeps a delivery: for doors that have a server of their own. */
  readonly receive: Receive;
  /** Listen on the configured address and begin to work on jobs. Resolves when requests are answered. */
  listen(): Promise<{ url: string; signInUrl: string }>;
  /** Begin to work on jobs without listening: another server hands its requests to `handle`, or nobody sends any. */
  work(): Promise<void>;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Stop accepting, let reports finish, wait for running commands up to the grace time, end what is left. */
  stop(): Promise<void>;
}

/** What a pipeline is opened with. */
export interface PipelineOptions {
  readonly config: Config;
  readonly log: Log;
  /** Product name and version, for requests to forges. */
  readonly userAgent: string;
  /** The file that the config was read from: no command in the sandbox ever reads it. */
  readonly configFile?: string;
  /** Whether deliveries, pages and the API are served; else only how this process is. They are if not said. */
  readonly web?: boolean;
}

/** Open every room of a config, in the order of the pipeline. Nothing listens and nothing works yet. */
export async function openPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { config, log, userAgent, configFile, web = true } = options;
  const { automations, server: at } = config;
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  // Whatever is open is closed again where a later room does not open.
  await using opening = new AsyncDisposableStack();
  const queue = opening.adopt(await openQueue(config, log), (one) => one.close());
  const store = opening.adopt(
    await openStore(config, log, {
      onAsked: (stage, subject) => queue.wake(stage, subject),
      onStirred: (stage) => queue.stir(stage),
    }),
    (one) => one.close(),
  );
  const opened = await openForges(config, { log, userAgent });
  for (const line of opened.values()) opening.defer(() => line.close());
  const parts: Parts = {
    config,
    log,
    store,
    opened,
    polled: polledForges(opened),
    forge: (name) => opened.get(name)?.forge,
    files: repositoryFiles(config),
  };
  const { files, polled } = parts;

  const signingKey = await store.secret("signing-key", () => randomBytes(32).toString("base64url"));
  const links = createLinks({ signingKey, publicUrl: at.publicUrl });
  const token = web ? await signInTokenOf(config, store) : "";

  // receive → verify → normalise → record
  const isWanted: Wants = (reading, place) => wants(reading, automations, place, files);
  const record = createReceive({ store, wants: isWanted });
  const hearing = startHearing({ store, isPolled: (name) => polled.has(name), log });
  opening.defer(() => hearing.stop());
  const receive: Receive = (delivery, reading) => {
    hearing.note(delivery, reading);
    return record(delivery, reading);
  };
  const gate = watchGate({ store, log });
  opening.defer(() => gate.stop());
  const served = servedForges(opened);
  let stopping = false;
  const app = createServer({ log, basePath: basePathOf(at) });
  healthRoutes(app, { store, stopping: () => stopping, log });
  if (web) {
    if (!at.pollOnly) openWebhooks(app, parts, { served, receive, gate });
    openApi(app, parts, token);
    openPages(app, parts, { token, signingKey, links, userAgent });
  }

  // match → run → report, and what keeps deliveries coming
  const sandbox = lazily(probeSandbox);
  const guard = openGuard({ log });
  const stages = stagesOf(parts, {
    wants: isWanted,
    runUrl: ({ id }) => links.runUrl(id),
    // What had to be brought does not show that webhooks arrive, so nobody hears of it.
    keeper: createKeeper(record),
    served,
    sandbox,
    guard,
    configFile,
  });
  const pruning = createPruning(config, { store, log });
  const rooms = opening.move();
  let telling: Promise<void> | undefined;
  let worker: Worker | undefined;
  let smee: Smee | undefined;

  const work = async (): Promise<void> => {
    await app.ready();
    // Trying it takes a while, and nobody has to wait for a warning.
    if (config.worker.run > 0) telling = tellOfSandbox(config, sandbox, log);
    await pruning.start();
    await askForWhatNeverEnds(parts);
    worker = startWorker({
      store,
      queue,
      log,
      stages: { ...stages, prune: pruning.prune },
      tags: config.worker.tags,
    });
  };

  return {
    receive,
    work,
    handle: (request, response) => app.routing(request, response),
    async listen() {
      const address = await app.listen({ host: at.host, port: at.port });
      await work();
      if (at.smee !== undefined && web && !at.pollOnly) {
        // Its client has an HTTP client of its own, which nobody else needs.
        const { startSmee } = await import("./receive/smee.ts");
        if (!stopping) smee = startSmee({ url: at.smee, target: `${address}/webhooks`, log });
      }
      const url = at.publicUrl ?? address;
      return { url: address, signInUrl: `${url}/sign-in?token=${encodeURIComponent(token)}` };
    },
    async stop() {
      stopping = true;
      await smee?.close();
      await app.close();
      await worker?.stop({ grace: at.graceTimeout });
      await guard.close();
      await telling;
      await pruning.stop();
      await rooms.disposeAsync();
    },
  };
}

/** Ask for the jobs that are never done, whichever process does them. */
async function askForWhatNeverEnds({ config, store, opened, polled }: Parts): Promise<void> {
  const { hooks, server, automations } = config;
  if (hooks.check !== false && !server.pollOnly)
    await askToTend(store, [...opened.keys()].map(tendedOf(config, opened)));
  await store.change(async (transaction) => {
    for (const name of polled.keys()) await transaction.ask("poll", name);
    for (const { name, on } of automations) {
      if (on.schedule !== undefined) await transaction.ask("schedule", name);
    }
  });
}
