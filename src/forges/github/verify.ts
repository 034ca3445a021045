import type { Sender, WebhookRequest } from "../../core/delivery.ts";
import { signedByAny } from "../shared/secrets.ts";

const SCHEME = "sha256=";

/**
 * Prove the sender by `X-Hub-Signature-256`: `sha256=` and the lower-case hex HMAC of the raw body. The older SHA-1
 * header proves nothing here. Source: docs.github.com, "Validating webhook deliveries".
 */
export function verify({ headers, body }: WebhookRequest, secrets: readonly string[]): Sender {
  const header = headers["x-hub-signature-256"];
  if (header === undefined) {
    return unproven("The header X-Hub-Signature-256 is missing: give the webhook a secret on GitHub.");
  }
  if (!header.startsWith(SCHEME)) return unproven("X-Hub-Signature-256 does not begin with sha256=.");
  if (signedByAny(body, header.slice(SCHEME.length), secrets)) return { state: "proven" };
  return unproven(
    "X-Hub-Signature-256 does not fit the body: the secret on GitHub is another one than in the config, " +
      "or the body was changed on its way.",
  );
}

function unproven(reason: string): Sender {
  return { state: "unproven", reason };
}
