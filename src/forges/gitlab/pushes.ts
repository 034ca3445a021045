import type { Reading } from "../../core/delivery.ts";
import { ignored, told } from "../shared/reading.ts";
import { refEvent } from "../shared/refs.ts";
import type { Kind } from "./kinds.ts";
import { PushPayload } from "./payloads.ts";
import type { Payload } from "./reading.ts";
import { readIn } from "./reading.ts";

/**
 * Read a push to a branch or tag. Of an annotated tag `after` is the tag itself, and `checkout_sha` its commit. GitLab
 * does not tell whether a push was forced.
 */
export function readPush(payload: Payload, kind: Kind): Reading {
  return readIn(kind, PushPayload, payload, (push, repo) => {
    const { ref, before, after } = push;
    const actor = { id: String(push.user_id), login: push.user_username ?? push.user_name ?? "" };
    const event = refEvent({ repo, actor }, { ref, before, after });
    if (event === undefined) return ignored(`the ref "${ref}" is neither a branch nor a tag`);
    const commit = event.kind === "tag" && event.after !== undefined ? push.checkout_sha : undefined;
    return told(commit ? { ...event, after: commit } : event);
  });
}
