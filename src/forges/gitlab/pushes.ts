import type { Reading } from "../../core/delivery.ts";
import { moveOf, refKind } from "../shared/refs.ts";
import type { Kind } from "./kinds.ts";
import { PushPayload } from "./payloads.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, told } from "../shared/reading.ts";
import { readIn } from "./reading.ts";

/**
 * Read a push to a branch or tag. Zeros stand for "no commit": a new ref before, a deleted one after. Of an annotated
 * tag `after` is the tag itself, and `checkout_sha` its commit. GitLab does not tell whether a push was forced.
 */
export function readPush(payload: PayloadData, kind: Kind): Reading {
  return readIn(kind, PushPayload, payload, (push, repo) => {
    const { ref, before, after } = push;
    const kind = refKind(ref);
    if (kind === undefined) return ignored(`the ref "${ref}" is neither a branch nor a tag`);
    const move = moveOf(before, after);
    const commit = kind === "tag" && move.after !== undefined ? push.checkout_sha : undefined;
    return told({
      kind,
      repo,
      actor: { id: String(push.user_id), login: push.user_username ?? push.user_name ?? "" },
      ref,
      ...move,
      ...(commit ? { after: commit } : {}),
    });
  });
}
