import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Whether one of the secrets made this HMAC-SHA256 of the body, in constant time. The signature is 64 lower-case hex
 * digits. Empty secrets match nothing, since anybody can sign with them.
 */
export function signedByAny(body: Uint8Array, signature: string, secrets: readonly string[]): boolean {
  if (!/^[0-9a-f]{64}$/.test(signature)) return false;
  const given = Buffer.from(signature, "hex");
  return secrets.some(
    (secret) => secret !== "" && timingSafeEqual(createHmac("sha256", secret).update(body).digest(), given),
  );
}
