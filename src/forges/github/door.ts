import type { EmitterWebhookEvent } from "@octokit/webhooks";
import type { Probot } from "probot";

import type { Delivery, Reading, Recorded } from "../../core/delivery.ts";
import type { OpenForge } from "../../core/forge.ts";
import type { Log } from "../../core/log.ts";
import { readPayload } from "../shared/payload.ts";
import { handleEvents } from "./app.ts";

type Door = NonNullable<OpenForge["door"]>;

/** A delivery on its way through Probot, and how recording it ended. */
interface Passage {
  readonly record: () => Promise<Recorded>;
  outcome?: { readonly recorded: Recorded } | { readonly error: unknown };
}

/**
 * The way of proven deliveries through Probot: its handlers await the record. Bytes, headers and reading travel beside
 * the payload, which is all that a handler sees. What Probot has no handler for is recorded at once; so is what it
 * fails on, since a delivery must not depend on more than the store.
 */
export function openDoor(probot: Probot, { forge, log }: { forge: string; log: Log }): Door {
  // Not by weak keys, which cost the garbage collector more than taking each passage out again.
  const passages = new Map<object, Passage>();

  handleEvents(probot, async ({ payload }) => {
    const passage = passages.get(payload);
    if (passage === undefined) return;
    try {
      passage.outcome = { recorded: await passage.record() };
    } catch (error) {
      // Not thrown from here: Octokit would hang the whole event, body included, onto the error.
      passage.outcome = { error };
    }
  });

  return async (delivery: Delivery, reading: Reading, record) => {
    const payload = readPayload(delivery.body, delivery.headers["content-type"]);
    if (reading.kind !== "event" || !payload.ok) return record(delivery, reading);
    const passage: Passage = { record: () => record(delivery, reading) };
    passages.set(payload.value, passage);
    try {
      await probot.webhooks.receive({
        id: delivery.id,
        name: delivery.event,
        payload: payload.value,
      } as unknown as EmitterWebhookEvent);
    } catch {
      log.warn({ forge, delivery: delivery.id, event: delivery.event }, "probot failed on a delivery");
    } finally {
      passages.delete(payload.value);
    }
    const { outcome } = passage;
    if (outcome === undefined) return record(delivery, reading);
    if ("error" in outcome) throw outcome.error;
    return outcome.recorded;
  };
}
