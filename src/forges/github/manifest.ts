/** What the GitHub App may do, and no more. `app.yml` at the root says the same to `npx probot run`. */
export const PERMISSIONS = {
  metadata: "read",
  contents: "write",
  issues: "write",
  pull_requests: "write",
  statuses: "write",
} as const;

/** What GitHub sends to the App. Changes of its installations come unasked. */
export const SUBSCRIPTIONS = ["issues", "issue_comment", "pull_request", "push", "create", "delete"] as const;

/**
 * The registration of a GitHub App as a form sends it. Source: docs.github.com, "Registering a GitHub App from a
 * manifest".
 */
export function manifestOf({
  baseUrl,
  webhookUrl,
  path,
}: {
  baseUrl: string;
  webhookUrl: string;
  path: string;
}) {
  return {
    name: "Forgehand",
    url: baseUrl,
    description: "Label an issue, get a pull request.",
    public: false,
    hook_attributes: { url: webhookUrl, active: true },
    redirect_url: `${baseUrl}${path}/setup`,
    default_permissions: PERMISSIONS,
    default_events: SUBSCRIPTIONS,
  };
}
