import { createHash, createHmac, timingSafeEqual } from "node:crypto";

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

/**
 * Whether a text is one of the secrets, in constant time: hashes are compared, so that not even the length can be
 * measured. Empty secrets match nothing.
 */
export function equalsAny(given: string, secrets: readonly string[]): boolean {
  const hash = hashOf(given);
  return secrets.some((secret) => secret !== "" && timingSafeEqual(hashOf(secret), hash));
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
