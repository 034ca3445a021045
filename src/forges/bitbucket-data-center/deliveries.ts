import type { HookPlace, LostDelivery, Webhooks } from "../../core/webhooks.ts";
import { isGone } from "../shared/refusals.ts";
import { EVENTS } from "./normalise.ts";
import type { Invocation } from "./replies.ts";

/** What a call of an address may end in beside success: an answer that is not 2xx, or none. */
const OUTCOMES = ["FAILURE", "ERROR"] as const;

/** Which call of a webhook is meant: Bitbucket keeps the latest one for each event and outcome. */
interface Slot {
  readonly hook: string;
  readonly outcome: string;
  readonly event: string;
}

/** Asks for the latest call of a webhook. */
type Latest = (
  place: HookPlace,
  hook: string,
  query: Readonly<Record<string, string>>,
  signal?: AbortSignal,
) => Promise<Invocation | undefined>;

type Ours = (
  place: HookPlace,
  url: string,
  signal?: AbortSignal,
) => Promise<readonly { readonly id: number }[]>;

/**
 * What Bitbucket could not bring: the latest call of each event that failed. It never tries again, and keeps no more; what
 * else was lost, the poller finds. Calls that it skipped are not among them.
 */
export function deliveries(latest: Latest, ours: Ours) {
  /** The latest calls that ended so, of whichever event first: where that is too old, so are all others. */
  async function failed(place: HookPlace, hook: string, outcome: string, since: Date, signal?: AbortSignal) {
    const isNew = (call: Invocation | undefined) => call !== undefined && call.start >= since;
    if (!isNew(await latest(place, hook, { outcome }, signal))) return [];
    const found: LostDelivery[] = [];
    for (const event of EVENTS) {
      const call = await latest(place, hook, { event, outcome }, signal);
      if (call !== undefined && isNew(call)) found.push(lostOf({ hook, outcome, event }, call));
    }
    return found;
  }

  return {
    async lost(place, url, since, signal) {
      const found: LostDelivery[] = [];
      for (const { id } of await ours(place, url, signal)) {
        for (const outcome of OUTCOMES)
          found.push(...(await failed(place, String(id), outcome, since, signal)));
      }
      return found.toSorted((one, other) => one.at.getTime() - other.at.getTime());
    },

    /** The request as it was sent, unless a newer call took its place since then. */
    async recover(place, _url, lost, signal) {
      const [hook = "", outcome = "", event = "", id = ""] = lost.attempt.split(" ");
      const call = await latest(place, hook, { event, outcome }, signal).catch((error: unknown) => {
        if (isGone(error)) return undefined;
        throw error;
      });
      if (call?.id !== id || !call.request.body) return undefined;
      const headers = { "content-type": "application/json", "x-event-key": event, ...headersOf(call) };
      return { headers, body: Buffer.from(call.request.body) };
    },
  } satisfies Partial<Webhooks>;
}

function lostOf({ hook, outcome, event }: Slot, call: Invocation): LostDelivery {
  const id = headersOf(call)["x-request-id"];
  return {
    attempt: [hook, outcome, event, call.id].join(" "),
    ...(id ? { id } : {}),
    at: call.start,
  };
}

function headersOf({ request: { headers } }: Invocation): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
