import { createHash } from "node:crypto";

import type {
  Delivery,
  DeliveryHeaders,
  Reading,
  Receive,
  Recorded,
  WebhookRequest,
} from "../core/delivery.ts";
import type { ForgeAdapter, OpenForge } from "../core/forge.ts";

/** The part of an adapter that receiving needs: all of it pure. */
export type Reader = Pick<
  ForgeAdapter,
  | "kind"
  | "aliases"
  | "contentTypes"
  | "paths"
  | "secretHeaders"
  | "recognises"
  | "identify"
  | "isPing"
  | "verify"
  | "withoutSecret"
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

/** The way of a genuine request onto disk, whoever has shown that it is genuine. */
export interface Keeper {
  /** The request as a delivery, without anything secret. `door` is the automation of a private address, else empty. */
  deliveryOf(forge: ServedForge, door: string, request: WebhookRequest): Delivery;
  /** Read it and keep it. Throws what keeping it threw. */
  keep(forge: ServedForge, delivery: Delivery): Promise<{ reading: Reading; recorded: Recorded }>;
}

/** Headers that carry credentials whatever the forge; never kept. */
const CREDENTIALS = ["authorization", "proxy-authorization", "cookie"];

export function createKeeper(receive: Receive): Keeper {
  const secretHeaders = new Map<Reader, ReadonlySet<string>>();
  const secretsOf = (adapter: Reader): ReadonlySet<string> => {
    const known = secretHeaders.get(adapter) ?? new Set([...CREDENTIALS, ...adapter.secretHeaders]);
    secretHeaders.set(adapter, known);
    return known;
  };
  return {
    deliveryOf({ name: forge, adapter }, door, request) {
      const { event, id = "" } = adapter.identify(request);
      const headers = without(request.headers, secretsOf(adapter));
      const bare = adapter.withoutSecret?.(request);
      const body = bare ?? request.body;
      const receivedAt = new Date();
      const delivery = { forge, door, id: id || digest(door, event, body), event, headers, body, receivedAt };
      return bare === undefined ? delivery : { ...delivery, rewritten: true };
    },
    async keep({ adapter, door }, delivery) {
      const reading = adapter.normalise(delivery);
      return { reading, recorded: await (door?.(delivery, reading, receive) ?? receive(delivery, reading)) };
    },
  };
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
