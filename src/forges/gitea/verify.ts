import type { DeliveryHeaders, Sender, WebhookRequest } from "../../core/delivery.ts";
import { formPayload, isForm } from "../shared/payload.ts";
import { signedByAny } from "../shared/secrets.ts";

/** Headers that hold the HMAC-SHA256 in lower-case hex, the most particular first, and what stands before the digits. */
const SIGNATURES = [
  { name: "X-Forgejo-Signature", before: "" },
  { name: "X-Gitea-Signature", before: "" },
  { name: "X-Hub-Signature-256", before: "sha256=" },
] as const;

/**
 * Prove the sender by the most particular signature that the request has. Without a secret a server sends the headers
 * all the same, and empty. Signed is the JSON: the raw body, or the decoded field `payload` of a form. Source:
 * go-gitea/gitea services/webhook/deliver.go; real deliveries.
 */
export function verify({ headers, body }: WebhookRequest, secrets: readonly string[]): Sender {
  const signature = signatureIn(headers);
  if (signature === undefined) {
    return unproven(
      "The header X-Gitea-Signature is missing: nothing of Gitea's or Forgejo's proves the sender.",
    );
  }
  const { name, digits } = signature;
  if (digits === "") {
    return unproven(`${name} holds no signature: give the webhook the secret of the config on the server.`);
  }
  const signed = signedPart(headers["content-type"], body);
  if (signed === undefined) {
    return unproven(`The form has no readable field "payload", which is what ${name} is over.`);
  }
  if (signedByAny(signed, digits, secrets)) return { state: "proven" };
  return unproven(
    `${name} does not fit the body: the secret on the server is another one than in the config, ` +
      "or the body was changed on its way.",
  );
}

function signedPart(contentType: string | undefined, body: Uint8Array): Uint8Array | undefined {
  if (!isForm(contentType)) return body;
  const payload = formPayload(body);
  return payload === undefined ? undefined : Buffer.from(payload);
}

function signatureIn(headers: DeliveryHeaders): { name: string; digits: string } | undefined {
  for (const { name, before } of SIGNATURES) {
    const value = headers[name.toLowerCase()];
    if (value === undefined) continue;
    return { name, digits: value.startsWith(before) ? value.slice(before.length) : "" };
  }
  return undefined;
}

function unproven(reason: string): Sender {
  return { state: "unproven", reason };
}
