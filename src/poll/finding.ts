import { createHash } from "node:crypto";

import { POLL_DOOR } from "../core/delivery.ts";
import { findingOf } from "../core/finding.ts";
import type { Arrival } from "../core/store.ts";
import type { Found } from "./found.ts";

/** What was found as a delivery that is wanted. The same found twice, by whatever worker, is the same delivery. */
export function toArrival(forge: string, { events, version }: Found, receivedAt: Date): Arrival {
  const text = JSON.stringify({ events });
  const id = createHash("sha256")
    .update(JSON.stringify([version, text]))
    .digest("hex");
  return findingOf({ forge, door: POLL_DOOR, id, receivedAt }, events);
}
