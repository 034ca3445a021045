import { Readable } from "node:stream";

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import type { Run } from "../core/run.ts";
import { placeKey, placesOf } from "../core/status.ts";
import type { Store } from "../core/store.ts";
import type { Links } from "./links.ts";
import { logTail, logText } from "./log.ts";
import type { SetUp } from "./setup.ts";
import type { Door } from "./signin.ts";
import type { Streams } from "./stream.ts";
import { deliveryPage } from "./views/delivery.ts";
import { homePage } from "./views/home.ts";
import { html } from "./views/html.ts";
import { messagePage } from "./views/message.ts";
import { runPage } from "./views/run.ts";

interface PageTools {
  readonly store: Store;
  readonly links: Links;
  readonly origin: (forge: string) => string | undefined;
  readonly setUps: readonly SetUp[];
  readonly door: Door;
  readonly streams: Streams;
}

/** Rows of the first page. */
const RUNS = 30;
const DELIVERIES = 15;
const TROUBLES = 20;

const HTML = "text/html; charset=utf-8";

interface RunRequest {
  Params: { id: string };
  Querystring: { sig?: string; after?: string };
}

/** The pages of runs and deliveries. A run's page and log open by sign-in or by the signature of their own link. */
export function pageRoutes(app: FastifyInstance, tools: PageTools): void {
  const { store, links, origin, door, streams } = tools;

  app.get<{ Querystring: { before?: string } }>("/", async (request, reply) => {
    if (!door.isSignedIn(request)) return door.turnAway(request, reply);
    const before = whole(request.query.before);
    const runs = await store.runs({ limit: RUNS + 1, ...(before !== undefined && { before }) });
    const deliveries = await store.deliveries({ limit: DELIVERIES });
    const troubles = (await store.jobs({ limit: 200 }))
      .filter(({ error }) => error !== "")
      .slice(0, TROUBLES);
    const shown = runs.slice(0, RUNS);
    const older = runs.length > RUNS ? shown.at(-1)?.id : undefined;
    const setUps = tools.setUps.map(({ setUp }) => setUp.path);
    const home = { runs: shown, before, older, deliveries, troubles, setUps, origin, now: new Date() };
    return reply.type(HTML).send(homePage(home));
  });

  app.get<RunRequest>("/runs/:id", async (request, reply) => {
    const run = await entered(request, reply);
    if (run === undefined) return reply;
    const places = placesOf(run).map(async (place) => ({
      place,
      record: await store.place(placeKey(place)),
    }));
    const view = {
      run,
      places: await Promise.all(places),
      log: await logTail(store, run.id),
      origin: origin(run.forge),
      signedIn: door.isSignedIn(request),
      signature: request.query.sig,
      now: new Date(),
    };
    return reply.type(HTML).send(runPage(view));
  });

  // A HEAD request would hold a stream that nobody reads.
  app.get<RunRequest>("/runs/:id/log", { exposeHeadRoute: false }, async (request, reply) => {
    const run = await entered(request, reply);
    if (run === undefined) return reply;
    const told = request.headers["last-event-id"];
    const after = whole(typeof told === "string" ? told : request.query.after) ?? 0;
    if (!streams.serve(reply.raw, run.id, after)) {
      return reply
        .code(503)
        .header("retry-after", 5)
        .type("text/plain; charset=utf-8")
        .send("Try again soon.\n");
    }
    return reply.hijack();
  });

  app.get<RunRequest>("/runs/:id/log.txt", async (request, reply) => {
    const run = await entered(request, reply);
    if (run === undefined) return reply;
    return reply.type("text/plain; charset=utf-8").send(Readable.from(logText(store, run.id)));
  });

  app.get<{ Params: { key: string } }>("/deliveries/:key", async (request, reply) => {
    if (!door.isSignedIn(request)) return door.turnAway(request, reply);
    const delivery = await store.delivery(request.params.key);
    if (delivery === undefined)
      return missing(reply, "There is no delivery of that number, or it was pruned.");
    return reply.type(HTML).send(deliveryPage(delivery));
  });

  /** The run of a request that may see it. Undefined: it was answered already. */
  async function entered(request: FastifyRequest<RunRequest>, reply: FastifyReply): Promise<Run | undefined> {
    const id = whole(request.params.id);
    const { sig } = request.query;
    const bySignature = id !== undefined && typeof sig === "string" && links.verify(id, sig);
    if (!bySignature && !door.isSignedIn(request)) {
      door.turnAway(request, reply);
      return undefined;
    }
    const run = id === undefined ? undefined : await store.run(id);
    if (run === undefined) missing(reply, "There is no run of that number, or it was pruned.");
    return run;
  }
}

function missing(reply: FastifyReply, text: string): FastifyReply {
  const page = messagePage({ title: "Not found", root: "../", text: html`<p>${text}</p>` });
  return reply.code(404).type(HTML).send(page);
}

/** A whole number that is written plainly; anything else is none. */
function whole(text: unknown): number | undefined {
  return typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
