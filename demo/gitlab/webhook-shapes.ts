import type { Attempt, StandingHook } from "../stand-in/hooks.ts";

/** Switches of a webhook, as far as a bot may want them. */
export const EVENTS = [
  "push_events",
  "tag_push_events",
  "issues_events",
  "confidential_issues_events",
  "note_events",
  "confidential_note_events",
  "merge_requests_events",
  "repository_update_events",
  "pipeline_events",
];

/** How GitLab shows a webhook: that there is a secret, and never which. One that it gave up for good is `disabled`. */
export function webhookShape({ id, url, secret, events, active, held, settings }: StandingHook) {
  const isSigning = secret.startsWith("whsec_");
  return {
    id,
    url,
    name: null,
    description: null,
    created_at: "2026-11-25T10:00:00.000Z",
    enable_ssl_verification: true,
    alert_status: held ?? (active ? "executable" : "disabled"),
    disabled_until: held === undefined ? null : "2026-11-25T10:01:00.000Z",
    push_events_branch_filter: "",
    branch_filter_strategy: "wildcard",
    custom_webhook_template: "",
    custom_headers: [],
    url_variables: [],
    token_present: secret !== "" && !isSigning,
    signing_token_present: isSigning,
    ...Object.fromEntries(EVENTS.map((event) => [event, events.includes(event)])),
    ...settings,
  };
}

/** An attempt as the history shows it: what was sent, without the secret, and what came of it. It tells no time. */
export function hookEventShape(url: string, { id, event, request, status }: Attempt) {
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name.replace(/(?:^|-)[a-z]/g, (letter) => letter.toUpperCase()),
    name === "x-gitlab-token" ? "[REDACTED]" : value,
  ]);
  return {
    id,
    url,
    trigger: `${event
      .replace(/ Hook$/, "")
      .replaceAll(" ", "_")
      .toLowerCase()}_hooks`,
    request_headers: Object.fromEntries(headers) as Record<string, string>,
    request_data: JSON.parse(request.body) as unknown,
    response_headers: {},
    response_body: "",
    execution_duration: 0.1,
    response_status: status === 0 ? "internal error" : String(status),
  };
}
