import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import type { Carrier } from "./dialect.ts";

/** A token for one run: 256 random bits. The word before them tells people whose it is. */
export function createToken(): string {
  return `forgehand-${randomBytes(32).toString("base64url")}`;
}

/** Where a request carries the run's token; undefined where it does not. Compared in constant time. */
export function carrierOf(
  token: string,
  { headers, query }: { headers: IncomingHttpHeaders; query: URLSearchParams },
): Carrier | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  const places: readonly (readonly [Carrier, unknown])[] = [
    ["x-api-key", headers["x-api-key"]],
    ["bearer", bearer],
    ["x-goog-api-key", headers["x-goog-api-key"]],
    ["x-goog-api-key", query.get("key")],
  ];
  return places.find(([, given]) => typeof given === "string" && isEqual(given, token))?.[0];
}

/** Digests have one length, so that the comparison tells nothing of the token's. */
function isEqual(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
