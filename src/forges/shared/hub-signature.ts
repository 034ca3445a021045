import type { Sender, WebhookRequest } from "../../core/delivery.ts";
import { signedByAny } from "./secrets.ts";

const SCHEME = "sha256=";

/** Where a forge puts its signature. */
export interface HubSignature {
  /** The header as the forge's pages write it, such as `X-Hub-Signature-256`. */
  readonly header: string;
  /** Where its secret is set, such as `GitHub`. */
  readonly at: string;
}

/** Prove the sender by a header of the form `sha256=` and the lower-case hex HMAC of the raw body. */
export function proveByHub(
  { headers, body }: WebhookRequest,
  secrets: readonly string[],
  { header, at }: HubSignature,
): Sender {
  const given = headers[header.toLowerCase()];
  if (given === undefined) {
    return unproven(`The header ${header} is missing: give the webhook a secret on ${at}.`);
  }
  if (!given.startsWith(SCHEME)) return unproven(`${header} does not begin with ${SCHEME}.`);
  if (signedByAny(body, given.slice(SCHEME.length), secrets)) return { state: "proven" };
  return unproven(
    `${header} does not fit the body: the secret on ${at} is another one than in the config, ` +
      "or the body was changed on its way.",
  );
}

function unproven(reason: string): Sender {
  return { state: "unproven", reason };
}
