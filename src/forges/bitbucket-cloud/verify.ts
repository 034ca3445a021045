import type { Sender, WebhookRequest } from "../../core/delivery.ts";
import { verifySignature } from "../shared/signature.ts";

/**
 * Prove the sender by `X-Hub-Signature`: `sha256=` and the lower-case hex HMAC of the raw body. `X-Hook-UUID`, which
 * older receivers took for a secret, names the webhook and proves nothing. Source: Bitbucket Cloud docs, "Manage
 * webhooks", secrets.
 */
export function verify(request: WebhookRequest, secrets: readonly string[]): Sender {
  return verifySignature({ header: "X-Hub-Signature", at: "Bitbucket" }, request, secrets);
}
