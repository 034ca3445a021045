import type { Environment } from "../shared/environment.ts";
import { valueOf } from "../shared/environment.ts";

/** Settings from the environment alone; undefined where none of the variables is set. No older agent knew this forge. */
export function fromEnvironment(environment: Environment): Record<string, unknown> | undefined {
  const written = {
    url: valueOf(environment, "BITBUCKET_DC_URL"),
    token: valueOf(environment, "BITBUCKET_DC_TOKEN"),
    webhookSecret: valueOf(environment, "BITBUCKET_DC_WEBHOOK_SECRET"),
  };
  const set = Object.entries(written).filter(([, value]) => value !== undefined);
  return set.length === 0 ? undefined : { kind: "bitbucket-data-center", ...Object.fromEntries(set) };
}
