import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Characters of a signature: 132 bits of an HMAC-SHA256, which nobody guesses and every address has room for. */
const LENGTH = 22;

/** A signature over a text, for one purpose only: what is signed for one cannot be used for another. */
export function sign(key: string, purpose: string, text: string): string {
  return createHmac("sha256", key).update(`${purpose}\0${text}`).digest("base64url").slice(0, LENGTH);
}

/** Whether two texts are equal, in a time that tells nothing about them. */
export function sameText(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
