import type { Sender, WebhookRequest } from "../../core/delivery.ts";
import { proveByHub } from "../shared/hub-signature.ts";

/**
 * Prove the sender by `X-Hub-Signature-256`: `sha256=` and the lower-case hex HMAC of the raw body. The older SHA-1
 * header proves nothing here. Source: docs.github.com, "Validating webhook deliveries".
 */
export function verify(request: WebhookRequest, secrets: readonly string[]): Sender {
  return proveByHub(request, secrets, { header: "X-Hub-Signature-256", at: "GitHub" });
}
