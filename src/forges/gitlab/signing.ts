import { createHmac, timingSafeEqual } from "node:crypto";

import type { WebhookRequest } from "../../core/delivery.ts";

const PREFIX = "whsec_";
const VERSION = "v1,";

/** Bytes of a key: GitLab makes 32, Standard Webhooks allows these. */
const SHORTEST_KEY = 24;
const LONGEST_KEY = 64;

/** Milliseconds by which our clocks may differ. GitLab names no number; this is the habit of Standard Webhooks. */
const WINDOW = 5 * 60_000;

/** Whether a secret is meant as a signing token, well-formed or not. */
export function isSigningToken(secret: string): boolean {
  return secret.startsWith(PREFIX);
}

/** The key in a signing token: base64 after `whsec_`; undefined where that is none. */
export function keyOf(token: string): Buffer | undefined {
  const text = token.slice(PREFIX.length);
  const key = Buffer.from(text, "base64");
  const isWhole = key.toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "");
  return isWhole && key.length >= SHORTEST_KEY && key.length <= LONGEST_KEY ? key : undefined;
}

/**
 * What is wrong with a signed request, in a sentence; undefined where one of the signing tokens made its signature a
 * moment ago. The HMAC-SHA256 is over `webhook-id`, `webhook-timestamp` (Unix seconds) and the raw body, with dots
 * between; the header lists `v1,` and base64, with blanks between. Source: GitLab docs, "Webhooks", signing tokens
 * (19.0); standardwebhooks.com.
 */
export function signatureProblem(
  { headers, body }: WebhookRequest,
  tokens: readonly string[],
  now: Date,
): string | undefined {
  const { "webhook-id": id = "", "webhook-timestamp": time = "", "webhook-signature": list = "" } = headers;
  if (id === "" || !/^\d{1,12}$/.test(time)) {
    return "webhook-id or webhook-timestamp is missing or malformed: something between took it away.";
  }
  if (Math.abs(Number(time) * 1_000 - now.getTime()) > WINDOW) {
    return "webhook-timestamp is more than five minutes off: an old request sent again, or a clock that is wrong.";
  }
  const given = list
    .split(" ")
    .filter((entry) => entry.startsWith(VERSION))
    .map((entry) => Buffer.from(entry.slice(VERSION.length), "base64"));
  const fits = tokens
    .map(keyOf)
    .filter((key) => key !== undefined)
    .map((key) => createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest())
    .some((made) => given.some((entry) => entry.length === made.length && timingSafeEqual(entry, made)));
  if (fits) return undefined;
  return (
    "webhook-signature does not fit the body: the signing token on GitLab is another one than in the config, " +
    "or the body was changed on its way."
  );
}
