import { z } from "zod";

import type { LostDelivery } from "../../core/webhooks.ts";
import { AnswerError, isGone } from "../shared/refusals.ts";
import type { HookLine } from "./hook-places.ts";
import { SUBSCRIPTIONS } from "./manifest.ts";
import type { Delivery } from "./replies.ts";
import { Deliveries } from "./replies.ts";

/** What GitHub remembers of the deliveries of one webhook: three days of them. */
export interface History {
  /** What reached us neither at first nor when it was sent again, oldest first. */
  lost(since: Date, signal?: AbortSignal): Promise<LostDelivery[]>;
  /** Undefined where GitHub has forgotten it, or sends nothing that old again. */
  recover(attempt: number, signal?: AbortSignal): Promise<"resent" | undefined>;
}

/** The history of the webhook that the path names. */
export function historyOf({ path, ask, pages }: HookLine): History {
  return {
    async lost(since, signal) {
      const attempts: Delivery[] = [];
      const call = { route: `GET ${path}/deliveries`, reply: Deliveries, signal };
      // The newest come first.
      for await (const page of pages(call)) {
        attempts.push(...page.filter(({ delivered_at: at }) => at >= since));
        if (page.some(({ delivered_at: at }) => at < since)) break;
      }
      return withoutSuccess(attempts);
    },

    async recover(attempt, signal) {
      try {
        await ask({
          route: `POST ${path}/deliveries/{delivery_id}/attempts`,
          reply: z.unknown(),
          parameters: { delivery_id: attempt },
          signal,
        });
        return "resent";
      } catch (error) {
        if (isGone(error) || isTooOld(error)) return undefined;
        throw error;
      }
    },
  };
}

/** Attempts of one delivery have one GUID: it is lost when none of them succeeded, and to be sent again once. */
function withoutSuccess(attempts: readonly Delivery[]): LostDelivery[] {
  const arrived = new Set(attempts.filter(hasArrived).map(({ guid }) => guid));
  const lost = new Map<string, LostDelivery>();
  for (const { id, guid, event, delivered_at: at } of attempts) {
    if (arrived.has(guid) || !isRead(event)) continue;
    lost.set(guid, { attempt: lost.get(guid)?.attempt ?? String(id), id: guid, at });
  }
  return [...lost.values()].reverse();
}

function hasArrived({ status_code: status }: Delivery): boolean {
  return status >= 200 && status < 300;
}

/** Pings and what else somebody subscribed to are no loss. */
function isRead(event: string): boolean {
  return SUBSCRIPTIONS.some((one) => one === event);
}

function isTooOld(error: unknown): boolean {
  return error instanceof AnswerError && error.status === 422;
}
