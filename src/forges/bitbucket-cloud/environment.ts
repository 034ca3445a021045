import type { Environment } from "../shared/environment.ts";
import { valueOf } from "../shared/environment.ts";

/** Settings from variables named after those of the other forges; undefined where neither token nor secret is set. */
export function fromEnvironment(environment: Environment): Record<string, unknown> | undefined {
  const token = valueOf(environment, "BITBUCKET_CLOUD_TOKEN");
  const email = valueOf(environment, "BITBUCKET_CLOUD_EMAIL");
  const webhookSecret = valueOf(environment, "BITBUCKET_CLOUD_WEBHOOK_SECRET");
  if (token === undefined && webhookSecret === undefined) return undefined;
  const written = { kind: "bitbucket-cloud", email, token, webhookSecret: webhookSecret ?? [] };
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
}
