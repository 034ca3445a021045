import type { WantedHook } from "../../core/webhooks.ts";
import { SUBSCRIPTIONS } from "./manifest.ts";
import type { Hook, HookConfig } from "./replies.ts";

/** Subscribed to all that there is. */
const ALL = "*";

/** The events that we read and a webhook does not tell of. */
export function unheard(events: readonly string[]): string[] {
  return events.includes(ALL) ? [] : SUBSCRIPTIONS.filter((event) => !events.includes(event));
}

/** How a webhook is to send. Whether certificates are checked is its owner's business, and stays as it is. */
export function configOf({ url, secret }: WantedHook, { insecure_ssl: insecure = "0" }: HookConfig = {}) {
  return { url, secret, content_type: "json", insecure_ssl: String(insecure) };
}

/** What is wrong with how a webhook sends. GitHub shows stars where there is a secret. */
export function configFaults({ content_type: type, secret }: HookConfig): string[] {
  return [...(type === "json" ? [] : ["sends as form"]), ...(secret ? [] : ["has no secret"])];
}

export function faultsOf({ active, events, config }: Hook): string[] {
  return [
    ...(active ? [] : ["is switched off"]),
    ...configFaults(config),
    ...unheard(events).map((event) => `lacks the event ${event}`),
  ];
}
