import type { DeliveryHeaders } from "../../core/delivery.ts";
import type { ForgeAdapter } from "../../core/forge.ts";
import { fromEnvironment } from "./environment.ts";
import { normalise } from "./normalise.ts";
import type { GitLabSettings } from "./settings.ts";
import { settings } from "./settings.ts";
import { verify } from "./verify.ts";

/** Headers of other forges: a request that has one of them is not GitLab's, whatever it sends beside it. */
const OTHERS = ["x-forgejo-event", "x-gitea-event", "x-gogs-event"];

/**
 * The id of a delivery, kept on a resend: `Idempotency-Key`, since 17.4, and `webhook-id`, since 19.0, are the same.
 * Of a signed request the one counts that is under the signature. The headers with `UUID` are no ids of a delivery.
 * GitLab before 17.4 sends none. Source: GitLab docs, "Webhooks", delivery headers.
 */
function idOf(headers: DeliveryHeaders): string | undefined {
  const { "idempotency-key": key = "", "webhook-id": id = "", "webhook-signature": signature } = headers;
  const known = signature === undefined ? key || id : id || key;
  return known === "" ? undefined : known;
}

/** GitLab: gitlab.com, Dedicated and self-managed servers. */
export const gitlab: ForgeAdapter<GitLabSettings> = {
  kind: "gitlab",
  aliases: [],
  lacks: [],
  settings,
  // A twentieth of what gitlab.com lets an account ask. Source: GitLab docs, "Rate limits on GitLab.com".
  pollBudget: 6_000,
  contentTypes: ["application/json"],
  paths: ["/webhook/gitlab", "/webhook/gitlab/system"],
  secretHeaders: ["x-gitlab-token", "webhook-signature"],
  fromEnvironment,
  secretIn: (files) => files.gitlab,
  recognises: ({ headers }) => "x-gitlab-event" in headers && !OTHERS.some((other) => other in headers),
  identify: ({ headers }) => ({ event: headers["x-gitlab-event"] ?? "", id: idOf(headers) }),
  verify,
  normalise,
  async open(name, given, tools) {
    // The API client is large: what talks to no forge starts without it.
    const { open } = await import("./open.ts");
    return open(name, given, tools);
  },
};
