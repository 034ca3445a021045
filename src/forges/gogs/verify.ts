import type { Sender, WebhookRequest } from "../../core/delivery.ts";
import { signedByAny } from "../shared/secrets.ts";
import { signedPart } from "../shared/signed-part.ts";

/**
 * Prove the sender by `X-Gogs-Signature`: the bare lower-case hex HMAC-SHA256 of the JSON. A webhook without a secret
 * sends the header all the same, and empty. Source: gogs/gogs internal/database/webhook.go; requests of 0.11.91.
 */
export function verify({ headers, body }: WebhookRequest, secrets: readonly string[]): Sender {
  const signature = headers["x-gogs-signature"];
  if (signature === undefined) {
    return unproven("The header X-Gogs-Signature is missing: only a Gogs that signs can prove itself.");
  }
  if (signature === "") {
    return unproven("X-Gogs-Signature is empty: give the webhook the secret of the config on Gogs.");
  }
  const signed = signedPart(body, headers["content-type"]);
  if (signed === undefined) {
    return unproven('The form has no readable field "payload", which is what X-Gogs-Signature is over.');
  }
  if (signedByAny(signed, signature, secrets)) return { state: "proven" };
  return unproven(
    "X-Gogs-Signature does not fit the body: the secret on Gogs is another one than in the config, " +
      "or the body was changed on its way.",
  );
}

function unproven(reason: string): Sender {
  return { state: "unproven", reason };
}
