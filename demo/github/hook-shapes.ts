import type { Attempt, StandingHook } from "../stand-in/hooks.ts";
import { arrived } from "../stand-in/hooks.ts";
import type { State } from "../stand-in/state.ts";

/** How GitHub shows webhooks: forms where nobody said otherwise, and never the secret. */
export function configShape({ url, secret, settings }: StandingHook) {
  return {
    url,
    content_type: "form",
    insecure_ssl: "0",
    ...settings,
    ...(secret === "" ? {} : { secret: "********" }),
  };
}

export function hookShape({ url }: State, hook: StandingHook) {
  const { id, place, active, events } = hook;
  const at = `${url}${place.level === "owner" ? "/orgs" : "/repos"}/${place.name}/hooks/${id}`;
  return {
    type: place.level === "owner" ? "Organization" : "Repository",
    id,
    name: "web",
    active,
    events,
    config: configShape(hook),
    url: at,
    ping_url: `${at}/pings`,
    deliveries_url: `${at}/deliveries`,
    test_url: `${at}/test`,
  };
}

/** An attempt as a list of them shows it: without request and answer. */
export function attemptShape(attempt: Attempt) {
  const { id, event, request, at, status, repeats } = attempt;
  const { action = null } = JSON.parse(request.body) as { action?: string };
  return {
    id,
    guid: request.headers["x-github-delivery"],
    delivered_at: at.toISOString(),
    redelivery: repeats !== undefined,
    duration: 0.1,
    status: status === 0 ? "failed to connect to host" : arrived(attempt) ? "OK" : "Invalid HTTP Response",
    status_code: status,
    event,
    action,
    installation_id: null,
    repository_id: null,
    throttled_at: null,
  };
}
