import type { Sender, WebhookRequest } from "../../core/delivery.ts";
import { basicCredentials } from "../shared/basic.ts";
import { equalsAny } from "../shared/secrets.ts";
import { unproven, verifySignature } from "../shared/signature.ts";
import { isBasic } from "./settings.ts";

/**
 * Prove the sender by `X-Hub-Signature`, or by the basic authentication that newer 8.x and later have. Where a secret
 * that signs is configured, a signature that a request carries must fit, and no name and password make up for it; what
 * nobody configured is not looked at. Source: Bitbucket Data Center docs, "Manage webhooks".
 */
export function verify(request: WebhookRequest, secrets: readonly string[]): Sender {
  const signing = secrets.filter((secret) => secret !== "" && !isBasic(secret));
  const basic = secrets.filter(isBasic);
  const signed = signing.length > 0 && "x-hub-signature" in request.headers;
  return signed || basic.length === 0
    ? verifySignature({ header: "X-Hub-Signature", at: "Bitbucket" }, request, signing)
    : byPassword(request, basic);
}

function byPassword({ headers: { authorization } }: WebhookRequest, secrets: readonly string[]): Sender {
  const given = basicCredentials(authorization);
  if (given === undefined) {
    return unproven(
      "The request carries neither a signature nor basic authentication: give the webhook on Bitbucket " +
        "the user and the password that stand in the config.",
    );
  }
  if (equalsAny(given, secrets)) return { state: "proven" };
  return unproven(
    "User and password of the webhook are others than in the config: write the same on both sides.",
  );
}
