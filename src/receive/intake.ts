import { createHash } from "node:crypto";

import type { Delivery, DeliveryHeaders, Receive, Sender, WebhookRequest } from "../core/delivery.ts";
import { ForgehandError, messageOf } from "../core/errors.ts";
import type { ForgeAdapter, OpenForge } from "../core/forge.ts";
import type { Log } from "../core/log.ts";
import type { Answer } from "./answer.ts";
import { answerTo, PONG, REFUSALS } from "./answer.ts";

/** The part of an adapter that receiving needs: all of it pure. */
export type Reader = Pick<
  ForgeAdapter,
  | "kind"
  | "contentTypes"
  | "paths"
  | "secretHeaders"
  | "recognises"
  | "identify"
  | "isPing"
  | "verify"
  | "normalise"
>;

/** A configured forge that we receive webhooks of. */
export interface ServedForge {
  readonly name: string;
  readonly adapter: Reader;
  /** Webhook secrets that are valid now. With none, nothing is ever proven. */
  readonly secrets: readonly string[];
  readonly door?: OpenForge["door"];
}

/**
 * Take a request that came for one of these forges (all of one kind): prove it, read it, keep it, and say what to
 * answer. Never throws. `door` is the automation of a private address, else empty.
 */
export type Intake = (
  forges: readonly ServedForge[],
  door: string,
  request: WebhookRequest,
) => Promise<Answer>;

/** Headers that carry credentials whatever the forge; never kept. */
const CREDENTIALS = ["authorization", "proxy-authorization", "cookie"];

export function createIntake({ receive, log }: { receive: Receive; log: Log }): Intake {
  const secretHeaders = new Map<Reader, ReadonlySet<string>>();
  const secretsOf = (adapter: Reader): ReadonlySet<string> => {
    const known = secretHeaders.get(adapter) ?? new Set([...CREDENTIALS, ...adapter.secretHeaders]);
    secretHeaders.set(adapter, known);
    return known;
  };

  return async (forges, door, request) => {
    const kind = forges[0]?.adapter;
    if (kind === undefined) return REFUSALS.unknown;
    // Anybody can send a ping, so nothing may come of it: no row, no reading, nothing of it in the log.
    if (kind.isPing?.(request)) return PONG;
    if (!kind.contentTypes.includes(contentTypeOf(request.headers))) return REFUSALS.contentType;
    const receivedAt = new Date();
    const proven = prove(forges, request, receivedAt);
    if (typeof proven === "string") {
      log.warn({ forge: forges.map(({ name }) => name).join(), reason: proven }, "sender not proven");
      return REFUSALS.unproven;
    }
    const { name: forge, adapter } = proven;
    const { event, id = "" } = adapter.identify(request);
    const { body } = request;
    const headers = without(request.headers, secretsOf(adapter));
    const delivery = { forge, door, id: id || digest(door, event, body), event, headers, body, receivedAt };
    return keep(proven, delivery);
  };

  async function keep(forge: ServedForge, delivery: Delivery): Promise<Answer> {
    const about = { forge: forge.name, delivery: delivery.id, event: delivery.event };
    try {
      const reading = forge.adapter.normalise(delivery);
      const recorded = await (forge.door?.(delivery, reading, receive) ?? receive(delivery, reading));
      log.debug({ ...about, recorded, reading: reading.kind }, "delivery kept");
      return answerTo(recorded, reading);
    } catch (error) {
      const code = error instanceof ForgehandError ? error.code : undefined;
      log.error({ ...about, code, error: messageOf(error) }, "delivery not kept");
      return code === "STORE_BUSY" || code === "STORE_UNAVAILABLE" ? REFUSALS.busy : REFUSALS.internal;
    }
  }
}

/** The forge whose secret proves the request, or why none does. */
function prove(forges: readonly ServedForge[], request: WebhookRequest, now: Date): ServedForge | string {
  let reason = "";
  for (const forge of forges) {
    const sender: Sender = forge.adapter.verify(request, forge.secrets, now);
    if (sender.state === "proven") return forge;
    reason = sender.reason;
  }
  return reason;
}

/** The media type without its parameters. */
function contentTypeOf(headers: DeliveryHeaders): string {
  const [type = ""] = (headers["content-type"] ?? "").split(";", 1);
  return type.trim().toLowerCase();
}

function without(headers: DeliveryHeaders, names: ReadonlySet<string>): DeliveryHeaders {
  const kept: Record<string, string> = {};
  for (const name in headers) {
    if (!names.has(name)) kept[name] = headers[name] ?? "";
  }
  return kept;
}

/** Stands in for the id of a delivery whose forge gives none: the same request again is the same delivery. */
function digest(door: string, event: string, body: Uint8Array): string {
  return createHash("sha256").update(`${door}\0${event}\0`).update(body).digest("hex");
}
