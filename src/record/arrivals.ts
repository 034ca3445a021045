import type { Selectable } from "kysely";

import type { Arrival } from "../core/store.ts";
import type { Database } from "./schema.ts";

/** Whether an arrival causes a `match` job: something may come of it, and we can read what. */
export function isMatchable({ reading, wanted }: Arrival): boolean {
  return wanted && reading.kind === "event";
}

/** Whether an arrival is kept whole. The unreadable is, for whoever finds out why; the rest becomes a light row. */
export function isKeptWhole(arrival: Arrival): boolean {
  return isMatchable(arrival) || arrival.reading.kind === "unreadable";
}

/** The row of an arrival. */
export function toDeliveryRow(arrival: Arrival): Omit<Selectable<Database["deliveries"]>, "id"> {
  const { delivery, reading } = arrival;
  return {
    forge: delivery.forge,
    door: delivery.door,
    delivery_id: delivery.id,
    event: delivery.event,
    headers: JSON.stringify(delivery.headers),
    rewritten: delivery.rewritten === true ? 1 : 0,
    reading: reading.kind,
    reason: reading.kind === "event" ? "" : reading.reason,
    received_at: delivery.receivedAt.getTime(),
    body: isKeptWhole(arrival) ? delivery.body : null,
  };
}
