/** What the GitHub App may do, and no more. `app.yml` at the root says the same to `npx probot run`. */
export const PERMISSIONS = {
  metadata: "read",
  contents: "write",
  issues: "write",
  pull_requests: "write",
  statuses: "write",
  /** Without it nobody is told how checks end. */
  checks: "read",
  /** Of an organization: who belongs to a team. */
  members: "read",
} as const;

/** What GitHub sends to the App. Changes of its installations come unasked. */
export const SUBSCRIPTIONS = [
  "issues",
  "issue_comment",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "push",
  "create",
  "delete",
  "check_run",
  "status",
] as const;

/** Permissions that there are in organizations alone: an installation for a person cannot have them. */
export const OF_ORGANIZATIONS: readonly string[] = ["members"];

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
