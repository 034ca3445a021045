import type { Reading } from "../../core/delivery.ts";
import type { ForgeEvent } from "../../core/event.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, read, told } from "../shared/reading.ts";
import { PushPayload } from "./payloads.ts";
import { actorOf, repoOf } from "./translate.ts";

const ZEROS = /^0+$/;

/**
 * Read a push, which may move several branches and tags. Zeros stand for "no commit": a new ref before, a deleted one
 * after. Azure DevOps does not tell whether a push was forced.
 */
export function readPush(payload: PayloadData): Reading {
  return read("git.push", PushPayload, payload, ({ resource }) => {
    const about = { repo: repoOf(resource.repository), actor: actorOf(resource.pushedBy) };
    const events = resource.refUpdates.flatMap(({ name, oldObjectId, newObjectId }): ForgeEvent[] => {
      const kind = kindOf(name);
      if (kind === undefined) return [];
      const created = ZEROS.test(oldObjectId);
      const deleted = ZEROS.test(newObjectId);
      return [
        {
          kind,
          action: deleted ? "deleted" : created ? "created" : "updated",
          ...about,
          ref: name,
          ...(created ? {} : { before: oldObjectId.toLowerCase() }),
          ...(deleted ? {} : { after: newObjectId.toLowerCase() }),
        },
      ];
    });
    return events.length > 0 ? told(...events) : ignored("the push moved neither a branch nor a tag");
  });
}

function kindOf(ref: string): "push" | "tag" | undefined {
  if (ref.startsWith("refs/heads/")) return "push";
  return ref.startsWith("refs/tags/") ? "tag" : undefined;
}
