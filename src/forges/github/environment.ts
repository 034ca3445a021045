import type { Environment } from "../shared/environment.ts";
import { valueOf } from "../shared/environment.ts";

/**
 * Settings from the variables that Probot and older agents read; undefined where none of them is set. An App goes
 * before a token, both webhook secrets are valid, and `PRIVATE_KEY_PATH` becomes a `${file:PATH}` that the config
 * expands.
 */
export function fromEnvironment(environment: Environment): Record<string, unknown> | undefined {
  const appId = valueOf(environment, "APP_ID");
  const privateKey = valueOf(environment, "PRIVATE_KEY") ?? fileOf(valueOf(environment, "PRIVATE_KEY_PATH"));
  const token = valueOf(environment, "GITHUB_PERSONAL_ACCESS_TOKEN");
  const secrets = [valueOf(environment, "WEBHOOK_SECRET"), valueOf(environment, "GITHUB_WEBHOOK_SECRET")];
  const webhookSecret = secrets.filter((secret) => secret !== undefined);
  const isApp = appId !== undefined || privateKey !== undefined;
  if (!isApp && token === undefined && webhookSecret.length === 0) return undefined;
  const written = {
    kind: "github",
    url: serverOf(environment),
    apiUrl: valueOf(environment, "GITHUB_API_URL"),
    ...(isApp ? { appId, privateKey } : { token }),
    webhookSecret,
  };
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
}

/** Address of the GitHub Enterprise Server that the environment names as Probot reads it; undefined for github.com. */
export function serverOf(environment: Environment): string | undefined {
  const host = valueOf(environment, "GHE_HOST");
  return host === undefined ? undefined : `${valueOf(environment, "GHE_PROTOCOL") ?? "https"}://${host}`;
}

function fileOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : `\${file:${path}}`;
}
