import type { Delivery, Reading, Receive } from "../core/delivery.ts";
import type { Store } from "../core/store.ts";

/** Milliseconds to get a delivery onto disk: the strictest forge (Gitea) hangs up after five seconds. */
const RECORD_DEADLINE_MS = 3_000;

/** Whether any automation could ever want what a delivery said. Runs inside the request: pure and quick. */
export type Wants = (reading: Reading, place: Pick<Delivery, "forge" | "door">) => boolean;

/**
 * Persist, then answer: the one way by which deliveries enter. Throws STORE_BUSY or STORE_UNAVAILABLE, and then nobody
 * may answer 2xx.
 */
export function createReceive({ store, wants }: { store: Pick<Store, "record">; wants: Wants }): Receive {
  return (delivery, reading) => {
    const wanted = wants(reading, delivery);
    return store.record({ delivery, reading, wanted }, { deadline: RECORD_DEADLINE_MS });
  };
}
