import type { Sender, WebhookRequest } from "../../core/delivery.ts";
import { equalsAny } from "../shared/secrets.ts";
import { unproven } from "../shared/signature.ts";
import { isSigningToken, signatureProblem } from "./signing.ts";

/**
 * Prove the sender. Secrets that begin with `whsec_` are signing tokens, all others secret tokens, which GitLab sends
 * as they are in `X-Gitlab-Token`. Once there is a signing token in the config, a signature that a request carries
 * must fit, and a token beside it as well; with signing tokens alone an unsigned request proves nothing. So nobody
 * gets in by leaving the stronger proof out. Source: GitLab docs, "Webhooks".
 */
export function verify(request: WebhookRequest, secrets: readonly string[], now: Date): Sender {
  const { "x-gitlab-token": token, "webhook-signature": signature } = request.headers;
  const signing = secrets.filter(isSigningToken);
  const plain = secrets.filter((secret) => secret !== "" && !isSigningToken(secret));
  if (signing.length > 0 && signature !== undefined) {
    const problem = signatureProblem(request, signing, now);
    if (problem !== undefined) return unproven(problem);
    return token === undefined || plain.length === 0 ? { state: "proven" } : byToken(token, plain);
  }
  if (plain.length === 0) {
    return unproven("The header webhook-signature is missing: give the webhook the signing token on GitLab.");
  }
  if (token === undefined) {
    return unproven("The header X-Gitlab-Token is missing: give the webhook its secret token on GitLab.");
  }
  return byToken(token, plain);
}

function byToken(token: string, secrets: readonly string[]): Sender {
  if (equalsAny(token, secrets)) return { state: "proven" };
  return unproven("X-Gitlab-Token is another one than in the config: write the same on both sides.");
}
