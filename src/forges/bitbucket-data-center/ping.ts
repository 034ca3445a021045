import type { WebhookRequest } from "../../core/delivery.ts";

/** Bytes of a body that is looked into: what a test of the connection sends is tiny. */
const LARGEST_TEST = 64;

const TEST = /^\s*\{\s*(?:"test"\s*:\s*true\s*)?\}\s*$/;

/** The event of a test of the connection. It cannot be subscribed to. */
export const PING = "diagnostics:ping";

/**
 * Whether somebody tries the connection: Bitbucket never signs that, whatever secret the webhook has. The event tells,
 * whatever the body is; some versions leave the event out and send `{"test": true}` or `{}`. Source: gocd/gocd,
 * runatlantis/atlantis and jenkinsci/bitbucket-branch-source-plugin, which let the same pass.
 */
export function isPing({ headers, body }: WebhookRequest): boolean {
  const event = headers["x-event-key"];
  if (event !== undefined) return event === PING;
  const isSigned = "x-hub-signature" in headers || "authorization" in headers;
  return !isSigned && body.length <= LARGEST_TEST && TEST.test(Buffer.from(body).toString());
}
