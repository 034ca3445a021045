import { formPayload, isForm } from "./payload.ts";

/**
 * What forges that also send forms sign: the JSON, which is the raw body, or the decoded field `payload` of a form.
 * Undefined for a form without a readable one.
 */
export function signedPart(body: Uint8Array, contentType: string | undefined): Uint8Array | undefined {
  if (!isForm(contentType)) return body;
  const payload = formPayload(body);
  return payload === undefined ? undefined : Buffer.from(payload);
}
