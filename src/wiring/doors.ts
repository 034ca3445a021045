import type { FastifyInstance } from "fastify";

import { saveEnvironment } from "../config/saved.ts";
import type { Receive } from "../core/delivery.ts";
import type { Forge } from "../core/forge.ts";
import { opensWith } from "../dashboard/auth.ts";
import { hostCheck } from "../dashboard/hosts.ts";
import type { Links } from "../dashboard/links.ts";
import { logText } from "../dashboard/log.ts";
import { dashboardRoutes } from "../dashboard/routes.ts";
import { adapters } from "../forges/index.ts";
import { repeated } from "../match/apply.ts";
import { matchesIn } from "../match/matches.ts";
import { explainKept } from "../operate/explain-kept.ts";
import { createReread } from "../operate/reread.ts";
import { retryRun } from "../operate/retry.ts";
import { apiRoutes } from "../operate/routes.ts";
import { startByHand } from "../operate/start.ts";
import type { ServedForge } from "../receive/keep.ts";
import type { Gate } from "../receive/turned-away.ts";
import { webhookRoutes } from "../receive/webhooks.ts";
import { ownAutomationsOf } from "../repository-files.ts";
import { originOf, setUpsOf } from "./forges.ts";
import type { Parts } from "./parts.ts";

/** The addresses at which deliveries arrive. */
export function openWebhooks(
  app: FastifyInstance,
  { config, store, log }: Parts,
  { served, receive, gate }: { served: readonly ServedForge[]; receive: Receive; gate: Gate },
): void {
  webhookRoutes(app, {
    forges: served,
    adapters,
    automations: config.automations,
    keys: async (door) => (await store.webhookKeys(door)).map(({ key }) => key),
    receive,
    gate,
    log,
  });
}

/** The HTTP API, for whoever holds the sign-in token. */
export function openApi(app: FastifyInstance, parts: Parts, token: string): void {
  const { config, store, log, opened, forge, files } = parts;
  const { automations, server: at } = config;
  const reread = createReread({ kindOf: (name) => opened.get(name)?.settings.kind, adapters });
  const forges = [...opened.keys()];
  const starting = {
    store,
    automations,
    forges,
    withForge: <Result>(name: string, work: (line: Forge) => Promise<Result>) => {
      const line = forge(name);
      if (line === undefined) throw new TypeError(`no line to the forge ${name}`);
      return work(line);
    },
  };
  apiRoutes(app, {
    store,
    opens: opensWith(token),
    isOurs: hostCheck(at.publicUrl, at.hosts),
    forges,
    automations,
    publicUrl: at.publicUrl,
    start: (order, signal) => startByHand(starting, order, signal),
    retry: (id) => store.change((transaction) => retryRun(transaction, id, repeated)),
    explain: async (kept) => {
      const added = await ownAutomationsOf(reread(kept), kept.forge, { store, files });
      return explainKept(kept, { automations: [...automations, ...added], reread, matchesIn, store });
    },
    logText: (id) => logText(store, id),
    log,
  });
}

/** The pages. */
export function openPages(
  app: FastifyInstance,
  { config, store, log, forge }: Parts,
  how: { token: string; signingKey: string; links: Links; userAgent: string },
): void {
  const { server: at } = config;
  dashboardRoutes(app, {
    store,
    log,
    publicUrl: at.publicUrl,
    hosts: at.hosts,
    signInToken: how.token,
    signingKey: how.signingKey,
    links: how.links,
    origin: (name) => originOf(forge(name)),
    setUps: setUpsOf(config, { log, userAgent: how.userAgent }),
    saveSetUp: (environment) => saveEnvironment(config.dataDir, environment),
  });
}
