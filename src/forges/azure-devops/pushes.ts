import type { Reading } from "../../core/delivery.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, read, told } from "../shared/reading.ts";
import { refEvent } from "../shared/refs.ts";
import { PushPayload } from "./payloads.ts";
import { actorOf, repoOf } from "./translate.ts";

/**
 * Read a push, which may move several branches and tags. Zeros stand for "no commit": a new ref before, a deleted one
 * after. Azure DevOps does not tell whether a push was forced.
 */
export function readPush(payload: PayloadData): Reading {
  return read("git.push", PushPayload, payload, ({ resource }) => {
    const about = { repo: repoOf(resource.repository), actor: actorOf(resource.pushedBy) };
    const events = resource.refUpdates.flatMap(({ name: ref, oldObjectId, newObjectId }) => {
      const [before, after] = [oldObjectId.toLowerCase(), newObjectId.toLowerCase()];
      return refEvent(about, { ref, before, after }) ?? [];
    });
    return events.length > 0 ? told(...events) : ignored("the push moved neither a branch nor a tag");
  });
}
