import type { Reading } from "../../core/delivery.ts";
import type { Payload } from "../shared/reading.ts";
import { ignored, told } from "../shared/reading.ts";
import type { Kind } from "./kinds.ts";
import { PushPayload } from "./payloads.ts";
import { readIn } from "./reading.ts";

const ZEROS = /^0+$/;

/**
 * Read a push to a branch or tag. Zeros stand for "no commit": a new ref before, a deleted one after. Of an annotated
 * tag `after` is the tag itself, and `checkout_sha` its commit. GitLab does not tell whether a push was forced.
 */
export function readPush(payload: Payload, kind: Kind): Reading {
  return readIn(kind, PushPayload, payload, (push, repo) => {
    const { ref, before, after } = push;
    const word = kindOf(ref);
    if (word === undefined) return ignored(`the ref "${ref}" is neither a branch nor a tag`);
    const created = ZEROS.test(before);
    const deleted = ZEROS.test(after);
    const commit = word === "tag" ? (push.checkout_sha ?? after) : after;
    return told([
      {
        kind: word,
        action: deleted ? "deleted" : created ? "created" : "updated",
        repo,
        actor: { id: String(push.user_id), login: push.user_username ?? push.user_name ?? "" },
        ref,
        ...(created ? {} : { before }),
        ...(deleted ? {} : { after: commit }),
      },
    ]);
  });
}

function kindOf(ref: string): "push" | "tag" | undefined {
  if (ref.startsWith("refs/heads/")) return "push";
  return ref.startsWith("refs/tags/") ? "tag" : undefined;
}
