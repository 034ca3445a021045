import type { Delivery, DeliveryHeaders, Reading } from "../../core/delivery.ts";
import { readPayload } from "../shared/payload.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, unreadable } from "../shared/reading.ts";
import { readBuild } from "./builds.ts";
import * as pullRequests from "./pull-requests.ts";
import { readPush } from "./pushes.ts";
import { isSample } from "./sample.ts";
import * as workItems from "./work-items.ts";

const READERS: ReadonlyMap<string, (payload: PayloadData, headers: DeliveryHeaders) => Reading> = new Map([
  ["workitem.created", workItems.readCreated],
  ["workitem.updated", workItems.readUpdated],
  ["workitem.commented", workItems.readCommented],
  ["git.pullrequest.created", pullRequests.readCreated],
  ["git.pullrequest.updated", pullRequests.readUpdated],
  ["ms.vss-code.git-pullrequest-comment-event", pullRequests.readComment],
  ["git.push", readPush],
  ["build.complete", readBuild],
]);

/** It comes whenever a merge is tried, be it to look for conflicts; whether one was done another event says. */
const MERGE_TRIED = "git.pullrequest.merged";

/**
 * Read a delivery of Azure DevOps. The body says what it is about, by `eventType`, and no header does. One delivery
 * can carry several events, in the order in which they are told. Never throws.
 */
export function normalise({ headers, body }: Pick<Delivery, "event" | "headers" | "body">): Reading {
  const payload = readPayload(body, headers["content-type"]);
  if (!payload.ok) return unreadable(payload.problem);
  const { eventType, resource } = payload.value;
  if (typeof eventType !== "string") {
    return unreadable("the body has no eventType, so nothing tells what happened");
  }
  if (isSample(payload.value)) return ignored("a sample of the Test button: the service hook works");
  if (eventType === MERGE_TRIED) {
    return ignored(
      "a merge was only tried: the event git.pullrequest.updated tells of one that was completed",
    );
  }
  const reader = READERS.get(eventType);
  if (reader === undefined) return ignored(`the event "${eventType}" is not one that Forgehand acts on`);
  if (resource === undefined || resource === null) {
    return unreadable('the body has no resource: set "Resource details to send" to All in the service hook');
  }
  return reader(payload.value, headers);
}
