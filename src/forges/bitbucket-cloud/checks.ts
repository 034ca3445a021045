import type { Reading } from "../../core/delivery.ts";
import type { CheckState } from "../../core/event.ts";
import { ended } from "../shared/checks.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, read, unreadable } from "../shared/reading.ts";
import type { CommitStatus } from "./payloads.ts";
import { isFullHash, StatusPayload } from "./payloads.ts";
import { actorOf, repoOf } from "./translate.ts";

/** How a build ends. Bitbucket has no word for one that could not say. Source: Bitbucket Cloud docs, "Create a build status". */
const STATES: ReadonlyMap<string, CheckState> = new Map([
  ["SUCCESSFUL", "success"],
  ["FAILED", "failure"],
  ["STOPPED", "cancelled"],
]);

/**
 * Read a build status: one that ended is a check, by the name that Bitbucket lists it by. Ours come back too, by their
 * contexts.
 */
export function readStatus(body: PayloadData, event: string): Reading {
  return read(event, StatusPayload, body, ({ actor, repository, commit_status: status }) => {
    if (status.state === "INPROGRESS") return ignored("the build has not ended yet, which starts nothing");
    const state = STATES.get(status.state);
    if (state === undefined) return ignored(`the build is "${status.state}", which Forgehand does not know`);
    const sha = commitOf(status);
    if (sha === undefined) return unreadable("the build status does not say which commit it is of");
    const { key, name, description, url, refname } = status;
    return ended({
      repo: repoOf(repository),
      actor: actorOf(actor),
      name: [name, key].find(Boolean) ?? key,
      state,
      sha,
      description,
      url,
      branch: refname?.replace(/^refs\/heads\//, ""),
    });
  });
}

/** The whole id of the commit, in a member of its own or at the end of its address, which nobody calls. */
function commitOf({ commit, links }: CommitStatus): string | undefined {
  return [commit?.hash, links?.commit?.href?.split("/").at(-1)].find(
    (hash): hash is string => typeof hash === "string" && isFullHash(hash),
  );
}
