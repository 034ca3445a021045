import { z } from "zod";

import type { History, HookAttempt } from "../shared/hooks.ts";
import { lostAmong } from "../shared/hooks.ts";
import type { AskJson } from "../shared/json-api.ts";
import { isGone } from "../shared/refusals.ts";
import { isRead } from "./kinds.ts";
import type { HookEvent } from "./replies.ts";
import { HookEvents } from "./replies.ts";

/** As many as GitLab lists at once. */
const PAGE_SIZE = 20;
/** Pages of one look: seven days of a busy group are thousands. */
const MOST_PAGES = 25;

/** The history of the webhook that the path names: GitLab shows seven days, the newest first. */
export function historyOf(ask: AskJson, path: string): History {
  return {
    async lost(since, signal) {
      const attempts: HookAttempt[] = [];
      // Old servers tell no times: an attempt was made no later than the one that is listed before it.
      let at = new Date();
      for (let page = 1; page <= MOST_PAGES && at >= since; page += 1) {
        const query = { page, per_page: PAGE_SIZE };
        const events = await ask({ path: `${path}/events`, query, reply: HookEvents, signal });
        for (const event of events) {
          at = timeOf(event) ?? at;
          if (at >= since && isRead(headersOf(event)["x-gitlab-event"] ?? "")) {
            attempts.push(attemptOf(event, at));
          }
        }
        if (events.length < PAGE_SIZE) break;
      }
      return lostAmong(attempts);
    },

    async recover(attempt, signal) {
      try {
        await ask({ method: "POST", path: `${path}/events/${attempt}/resend`, reply: z.unknown(), signal });
        return "resent";
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
  };
}

/** The status of the answer is a number in a text, or words where there was no answer. */
function attemptOf(event: HookEvent, at: Date): HookAttempt {
  const status = Number(event.response_status);
  const delivery = headersOf(event)["idempotency-key"];
  return { id: event.id, delivery, at, arrived: status >= 200 && status < 300 };
}

function timeOf(event: HookEvent): Date | undefined {
  const seconds = Number(headersOf(event)["webhook-timestamp"] ?? Number.NaN);
  return event.created_at ?? (Number.isNaN(seconds) ? undefined : new Date(seconds * 1_000));
}

function headersOf({ request_headers: headers }: HookEvent): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
