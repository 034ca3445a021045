import type { Reading } from "../../core/delivery.ts";
import { refEvent } from "../shared/refs.ts";
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
    const actor = { id: String(push.user_id), login: push.user_username ?? push.user_name ?? "" };
    const event = refEvent({ repo, actor }, push);
    if (event === undefined) return ignored(`the ref "${push.ref}" is neither a branch nor a tag`);
    const commit = event.kind === "tag" && event.after !== undefined ? push.checkout_sha : undefined;
    return told({ ...event, ...(commit ? { after: commit } : {}) });
  });
}
