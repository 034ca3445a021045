import { z } from "zod";

import type { History, HookAttempt } from "../shared/hooks.ts";
import { lostAmong } from "../shared/hooks.ts";
import { AnswerError, isGone } from "../shared/refusals.ts";
import type { HookLine } from "./hook-places.ts";
import { SUBSCRIPTIONS } from "./manifest.ts";
import type { Delivery } from "./replies.ts";
import { Deliveries } from "./replies.ts";

/** The history of the webhook that the path names: GitHub remembers three days. */
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
      // Pings and what else somebody subscribed to are no loss.
      return lostAmong(attempts.filter(({ event }) => isRead(event)).map(attemptOf));
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

function attemptOf({ id, guid, delivered_at: at, status_code: status }: Delivery): HookAttempt {
  return { id, delivery: guid, at, arrived: status >= 200 && status < 300 };
}

function isRead(event: string): boolean {
  return SUBSCRIPTIONS.some((one) => one === event);
}

function isTooOld(error: unknown): boolean {
  return error instanceof AnswerError && error.status === 422;
}
