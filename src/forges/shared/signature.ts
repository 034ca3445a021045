import type { Sender, WebhookRequest } from "../../core/delivery.ts";
import { signedByAny } from "./secrets.ts";

const SCHEME = "sha256=";

/**
 * Prove the sender by a header that holds `sha256=` and the lower-case hex HMAC-SHA256 of the raw body, as GitHub and
 * both Bitbuckets send it. `header` is its name as the forge's pages write it, `at` what a person calls the forge.
 */
export function verifySignature(
  { header, at }: { header: string; at: string },
  { headers, body }: WebhookRequest,
  secrets: readonly string[],
): Sender {
  const given = headers[header.toLowerCase()];
  if (given === undefined) {
    return unproven(`The header ${header} is missing: give the webhook a secret on ${at}.`);
  }
  if (!given.startsWith(SCHEME)) return unproven(`${header} does not begin with sha256=.`);
  if (signedByAny(body, given.slice(SCHEME.length), secrets)) return { state: "proven" };
  return unproven(
    `${header} does not fit the body: the secret on ${at} is another one than in the config, ` +
      "or the body was changed on its way.",
  );
}

export function unproven(reason: string): Sender {
  return { state: "unproven", reason };
}
