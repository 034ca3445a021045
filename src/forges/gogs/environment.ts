import type { Environment } from "../shared/environment.ts";
import { valueOf } from "../shared/environment.ts";

/** Settings from variables alone; undefined where neither token nor secret is set. */
export function fromEnvironment(environment: Environment): Record<string, unknown> | undefined {
  const token = valueOf(environment, "GOGS_TOKEN");
  const webhookSecret = valueOf(environment, "GOGS_WEBHOOK_SECRET");
  if (token === undefined && webhookSecret === undefined) return undefined;
  const written = { kind: "gogs", url: valueOf(environment, "GOGS_URL"), token, webhookSecret };
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
}
