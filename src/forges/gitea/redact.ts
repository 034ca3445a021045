import type { WebhookRequest } from "../../core/delivery.ts";
import { isForm, payloadText, readPayload, writePayload } from "../shared/payload.ts";

/**
 * The body without the secret of the webhook, which old servers write into it; undefined where it has none, so that all
 * other bodies stay as they came. Source: real deliveries of Gitea 1.9.
 */
export function withoutSecret({ headers, body }: WebhookRequest): Uint8Array | undefined {
  const contentType = headers["content-type"];
  const payload = readPayload(body, contentType);
  if (!payload.ok || !payload.value.secret) return undefined;
  const value = { ...payload.value, secret: "" };
  if (!isForm(contentType)) return writePayload(value);
  return Buffer.from(`payload=${encodeURIComponent(payloadText(value))}`);
}
