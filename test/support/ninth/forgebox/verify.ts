import type { Sender, WebhookRequest } from "../../../../src/core/delivery.ts";
import { verifySignature } from "../../../../src/forges/shared/signature.ts";

/** Prove the sender by `X-Forgebox-Signature`: `sha256=` and the hex HMAC-SHA256 of the body. */
export function verify(request: WebhookRequest, secrets: readonly string[]): Sender {
  return verifySignature({ header: "X-Forgebox-Signature", at: "Forgebox" }, request, secrets);
}
