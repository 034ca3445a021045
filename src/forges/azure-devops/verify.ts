import type { Sender, WebhookRequest } from "../../core/delivery.ts";
import { equalsAny } from "../shared/secrets.ts";

/**
 * Prove the sender by HTTP Basic authentication, the only proof of a service hook that nobody can read afterwards:
 * Azure DevOps signs nothing. A secret with a colon is a user name and its password, one without goes with any user
 * name. What proves the sender proves nothing of the body. Source: Azure DevOps docs, "Webhooks with Azure DevOps".
 */
export function verify({ headers }: WebhookRequest, secrets: readonly string[]): Sender {
  const { authorization } = headers;
  if (authorization === undefined) {
    return unproven(
      "The header Authorization is missing: give the service hook a basic authentication password. " +
        "A proxy in between may also have taken it away.",
    );
  }
  const credentials = credentialsIn(authorization);
  if (credentials === undefined)
    return unproven("The header Authorization is not one of basic authentication.");
  const colon = credentials.indexOf(":");
  const pairs = secrets.filter((secret) => secret.includes(":"));
  const passwords = secrets.filter((secret) => !secret.includes(":"));
  const byPair = equalsAny(credentials, pairs);
  const byPassword = equalsAny(credentials.slice(colon + 1), passwords);
  if (byPair || byPassword) return { state: "proven" };
  return unproven(
    "User name or password are others than in the config: write the same on both sides. " +
      "Azure DevOps puts the service hook on probation until it is answered 2xx.",
  );
}

/** User name, colon and password of a header; undefined where it has none. */
function credentialsIn(authorization: string): string | undefined {
  const encoded = /^basic +([a-z0-9+/]+=*) *$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString();
  return text.includes(":") ? text : undefined;
}

function unproven(reason: string): Sender {
  return { state: "unproven", reason };
}
