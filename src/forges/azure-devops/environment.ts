import type { Environment } from "../shared/environment.ts";
import { valueOf } from "../shared/environment.ts";

/**
 * Settings from the environment; undefined where neither token nor password is set. `AZURE_DEVOPS_EXT_PAT` is what the
 * Azure CLI reads its token from.
 */
export function fromEnvironment(environment: Environment): Record<string, unknown> | undefined {
  const token = valueOf(environment, "AZURE_DEVOPS_TOKEN") ?? valueOf(environment, "AZURE_DEVOPS_EXT_PAT");
  const secret = valueOf(environment, "AZURE_DEVOPS_WEBHOOK_PASSWORD");
  if (token === undefined && secret === undefined) return undefined;
  const written = {
    kind: "azure-devops",
    url: valueOf(environment, "AZURE_DEVOPS_URL"),
    token,
    webhookSecret: secret === undefined ? [] : [secret],
  };
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
}
