import type { Environment } from "../shared/environment.ts";
import { valueOf } from "../shared/environment.ts";

/** Each product has variables of its own name; those of one are never mixed with those of the other. */
const PRODUCTS = ["GITEA", "FORGEJO"] as const;

/**
 * Settings from the variables of the first product whose token or secret is set; undefined where neither has any. A
 * token must not go to the other product's server, so that two of them need a config file.
 */
export function fromEnvironment(environment: Environment): Record<string, unknown> | undefined {
  for (const product of PRODUCTS) {
    const token = valueOf(environment, `${product}_TOKEN`);
    const webhookSecret = valueOf(environment, `${product}_WEBHOOK_SECRET`);
    if (token === undefined && webhookSecret === undefined) continue;
    const written = { kind: "gitea", url: valueOf(environment, `${product}_URL`), token, webhookSecret };
    return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
  }
  return undefined;
}
