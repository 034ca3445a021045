import type { WantedHook } from "../../core/webhooks.ts";
import type { Hook } from "./replies.ts";
import { isSigningToken } from "./signing.ts";

/** Switches of a webhook: one for each event, in GitLab's own words. */
export interface Switches {
  /** What we read. */
  readonly on: readonly string[];
  /** On when somebody makes one, if nothing is said. */
  readonly off: readonly string[];
}

/** Of projects and groups. What only some people may see is told by those two alone, and only if an owner wants that. */
export const SWITCHES: Switches = {
  on: [
    "push_events",
    "tag_push_events",
    "issues_events",
    "note_events",
    "merge_requests_events",
    "pipeline_events",
  ],
  off: ["confidential_issues_events", "confidential_note_events"],
};

/** Of the whole server, which has neither issues nor comments to tell of. */
export const SYSTEM_SWITCHES: Switches = {
  on: ["push_events", "tag_push_events", "merge_requests_events"],
  off: ["repository_update_events"],
};

export function faultsOf(hook: Hook, { secret }: WantedHook, { on }: Switches): string[] {
  const missing = on.filter((event) => hook[event] !== true);
  return [
    ...missing.map((event) => `lacks the event ${event}`),
    ...(hook.custom_webhook_template ? ["writes by a template of its own, which Forgehand cannot read"] : []),
    ...secretFaults(hook, secret),
  ];
}

/** Servers tell whether there is a secret, if they know the question: only of signing tokens silence says something. */
function secretFaults(hook: Hook, secret: string): string[] {
  if (!isSigningToken(secret)) return hook.token_present === false ? ["has no secret token"] : [];
  if (hook.signing_token_present === true) return [];
  return [
    "has no signing token, which GitLab knows from 19.0 on: with an older one, choose a secret token in the config",
  ];
}

/** GitLab's words for holding deliveries back after failures. */
export function heldOf({ alert_status: status, disabled_until: until }: Hook): string | undefined {
  if (!status || status === "executable") return undefined;
  return until ? `${status} until ${until}` : status;
}

/** All of a new webhook. Its switches are said, since some are on if they are not. */
export function newHook({ url, secret }: WantedHook, { on, off }: Switches): object {
  return { url, ...switched(on, true), ...switched(off, false), ...proofOf(secret) };
}

/** What mends a webhook. The secret is said each time: GitLab forgets it with a change of the address. */
export function mended(hook: Hook, { url, secret }: WantedHook, { on }: Switches): object {
  const template = hook.custom_webhook_template ? { custom_webhook_template: "" } : {};
  return { url, ...switched(on, true), ...template, ...proofOf(secret, hook) };
}

/** A secret of one sort; one of the other sort that is there would prove something else beside it. */
function proofOf(secret: string, hook?: Hook): object {
  if (isSigningToken(secret)) {
    return { signing_token: secret, ...(hook?.token_present ? { token: "" } : {}) };
  }
  return { token: secret, ...(hook?.signing_token_present ? { signing_token: "" } : {}) };
}

function switched(events: readonly string[], on: boolean): Record<string, boolean> {
  return Object.fromEntries(events.map((event) => [event, on]));
}
