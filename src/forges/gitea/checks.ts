import type { Reading } from "../../core/delivery.ts";
import { ended } from "../shared/checks.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, meaningOf, read } from "../shared/reading.ts";
import { STATUS_STATES } from "./actions.ts";
import { StatusPayload } from "./payloads.ts";
import { actorOf, repoOf } from "./translate.ts";

/** A status of a commit: of Gitea's own Actions as of others. It names no branch. */
export function readStatus(payload: PayloadData): Reading {
  return read("status", StatusPayload, payload, (said) => {
    const { repository, sender, sha, context, description, target_url: url } = said;
    const state = meaningOf(STATUS_STATES, said.state);
    if (state === undefined) return ignored(`a status that is "${said.state}" is no end`);
    return ended({
      repo: repoOf(repository),
      actor: actorOf(sender),
      name: context,
      state,
      sha,
      description,
      url,
    });
  });
}
