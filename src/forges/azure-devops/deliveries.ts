import type { DeliveryHeaders, WebhookRequest } from "../../core/delivery.ts";
import type { HookPlace, LostDelivery, Webhooks } from "../../core/webhooks.ts";
import { isGone } from "../shared/refusals.ts";
import { askHooks } from "./hook-calls.ts";
import type { Line } from "./line.ts";
import { at } from "./place.ts";
import type { Subscription } from "./replies.ts";
import { Notification, Notifications } from "./replies.ts";
import { REPOSITORY_HEADER } from "./repository-header.ts";

/**
 * The most that one look at the history tells, which keeps a week. Since the first failure puts a subscription on
 * probation, there are few.
 */
const MOST = 100;

/** A subscription and the number of a delivery among its own. */
const ATTEMPT = /^([0-9a-f-]+)\/(\d+)$/i;

/** The subscriptions at a place that send to an address. */
type Look = (place: HookPlace, url: string, signal?: AbortSignal) => Promise<readonly Subscription[]>;

/**
 * Deliveries that did not arrive. Azure DevOps sends none of them again, but its history keeps what each told, which is
 * read as if it had come. What happened while a subscription was on probation is not in it.
 */
export function lostDeliveries(line: Line, look: Look): Required<Pick<Webhooks, "lost" | "recover">> {
  return {
    async lost(place, url, since, signal) {
      const subscriptionIds = (await look(place, url, signal)).map(({ id }) => id);
      // Without any, the history of everybody would be meant.
      if (subscriptionIds.length === 0) return [];
      const { results } = await askHooks(line, {
        method: "POST",
        path: "/notificationsquery",
        body: {
          subscriptionIds,
          resultType: "failed",
          minCreatedDate: since.toISOString(),
          maxResults: MOST,
          // Else only their number is told.
          includeDetails: true,
        },
        reply: Notifications,
        signal,
      });
      const found = (results ?? []).map(({ id, subscriptionId, eventId, createdDate }): LostDelivery => ({
        attempt: `${subscriptionId}/${id}`,
        ...(eventId ? { id: eventId } : {}),
        at: new Date(createdDate),
      }));
      return found.toSorted((one, other) => one.at.getTime() - other.at.getTime());
    },

    async recover(place, _url, { attempt }, signal) {
      const [, subscriptionId, id] = ATTEMPT.exec(attempt) ?? [];
      if (subscriptionId === undefined || id === undefined) return undefined;
      const path = at`/subscriptions/${subscriptionId}/notifications/${id}`;
      try {
        const { details } = await askHooks(line, { path, reply: Notification, signal });
        return details?.event ? requestOf({ subscriptionId, id, event: details.event }, place) : undefined;
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
  };
}

/** The request as it was made, but for its proof: our credentials are one. */
function requestOf(
  { subscriptionId, id, event }: { subscriptionId: string; id: string; event: object },
  { level, name }: HookPlace,
): WebhookRequest {
  const headers: DeliveryHeaders = {
    "content-type": "application/json; charset=utf-8",
    ...(level === "repository" ? { [REPOSITORY_HEADER.toLowerCase()]: name.split("/")[1] ?? "" } : {}),
  };
  return {
    headers,
    body: Buffer.from(JSON.stringify({ subscriptionId, notificationId: Number(id), ...event })),
  };
}
