import { createHmac, timingSafeEqual } from "node:crypto";

import type { Reading, WebhookRequest } from "../../src/core/delivery.ts";
import type { Reader } from "../../src/receive/keep.ts";
import { issueEvent } from "./samples.ts";

/**
 * A forge of no vendor: `x-fake-signature` is an HMAC-SHA256 in hex over the body, `x-fake-event` and `x-fake-delivery`
 * name the event and its id. A body `{"ignore":"why"}` is ignored, any other JSON is an issue that got its label. The
 * event `ping` comes unsigned, to try the connection.
 */
export const fake = fakeAdapter("fake");

export function fakeAdapter(kind: string): Reader {
  return {
    kind,
    aliases: [`${kind}_dc`],
    contentTypes: ["application/json"],
    paths: [`/api/${kind}/webhooks`],
    secretHeaders: [`x-${kind}-token`],
    recognises: ({ headers }) => `x-${kind}-event` in headers,
    identify: ({ headers }) => ({
      event: headers[`x-${kind}-event`] ?? "",
      id: headers[`x-${kind}-delivery`],
    }),
    isPing: ({ headers }) => headers[`x-${kind}-event`] === "ping",
    verify({ headers, body }, secrets) {
      const given = Buffer.from(headers[`x-${kind}-signature`] ?? "");
      const proven = secrets.some((secret) => {
        const wanted = Buffer.from(signature(secret, body));
        return secret !== "" && given.length === wanted.length && timingSafeEqual(given, wanted);
      });
      return proven ? { state: "proven" } : { state: "unproven", reason: "no secret fits the signature" };
    },
    normalise: ({ body }) => read(body),
  };
}

/** A request that a fake forge with this secret would send. */
export function fakeRequest(
  body: string | Uint8Array,
  { kind = "fake", secret = "s3cret", id = "d-1", event = "issues" } = {},
): WebhookRequest & { payload: Buffer } {
  const payload = Buffer.from(body);
  return {
    body: payload,
    payload,
    headers: {
      "content-type": "application/json",
      [`x-${kind}-event`]: event,
      [`x-${kind}-signature`]: signature(secret, payload),
      ...(id !== "" && { [`x-${kind}-delivery`]: id }),
    },
  };
}

const signature = (secret: string, body: Uint8Array): string =>
  createHmac("sha256", secret).update(body).digest("hex");

function read(body: Uint8Array): Reading {
  try {
    const payload = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) as { ignore?: string };
    if (payload.ignore !== undefined) return { kind: "ignored", reason: payload.ignore };
    return { kind: "event", events: [issueEvent()] };
  } catch {
    return { kind: "unreadable", reason: "the body is not JSON" };
  }
}
