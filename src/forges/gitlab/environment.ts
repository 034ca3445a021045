import type { Environment } from "../shared/environment.ts";
import { valueOf } from "../shared/environment.ts";

/**
 * Settings from the variables that older agents read; undefined where neither token nor secret is set. The secrets of
 * project and system hooks are both valid at both paths. `GITLAB_BOT_NAME` is not asked: the token tells whose account
 * it is, and a name that says otherwise could only be wrong.
 */
export function fromEnvironment(environment: Environment): Record<string, unknown> | undefined {
  const token = valueOf(environment, "GITLAB_PERSONAL_ACCESS_TOKEN");
  const secrets = [
    valueOf(environment, "GITLAB_WEBHOOK_TOKEN"),
    valueOf(environment, "GITLAB_SYSTEM_HOOK_TOKEN"),
  ];
  const webhookSecret = secrets.filter((secret) => secret !== undefined);
  if (token === undefined && webhookSecret.length === 0) return undefined;
  const written = { kind: "gitlab", apiUrl: valueOf(environment, "GITLAB_API_URL"), token, webhookSecret };
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
}
