import type { Sender, WebhookRequest } from "../../core/delivery.ts";
import { basicCredentials } from "../shared/basic.ts";
import { equalsAny } from "../shared/secrets.ts";
import { unproven } from "../shared/signature.ts";

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
  const credentials = basicCredentials(authorization);
  const colon = credentials?.indexOf(":") ?? -1;
  if (credentials === undefined || colon === -1) {
    return unproven("The header Authorization is not one of basic authentication.");
  }
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
