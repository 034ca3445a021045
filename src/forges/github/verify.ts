import type { Sender, WebhookRequest } from "../../core/delivery.ts";
import { verifySignature } from "../shared/signature.ts";

/**
 * Prove the sender by `X-Hub-Signature-256`. The older SHA-1 header proves nothing here. Source: docs.github.com,
 * "Validating webhook deliveries".
 */
export function verify(request: WebhookRequest, secrets: readonly string[]): Sender {
  return verifySignature({ header: "X-Hub-Signature-256", at: "GitHub" }, request, secrets);
}
