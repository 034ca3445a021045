import type { Delivery, Reading } from "../../core/delivery.ts";
import { readPayload } from "../shared/payload.ts";
import type { PayloadData } from "../shared/reading.ts";
import { ignored, unreadable } from "../shared/reading.ts";
import { readStatus } from "./checks.ts";
import { readIssue, readIssueComment, readIssueUpdate } from "./issues.ts";
import { readPullRequest, readPullRequestComment } from "./pull-requests.ts";
import { readPush } from "./pushes.ts";
import { readReview } from "./reviews.ts";

/**
 * What each event is read as. `pullrequest:updated` comes for new commits, title, text, draft and target alike, and
 * nothing says which: it is `updated`, and a run that there is for that head already stays the only one. Source:
 * Bitbucket Cloud docs, "Event payloads".
 */
const READERS: ReadonlyMap<string, (body: PayloadData, event: string) => Reading> = new Map([
  ["repo:push", readPush],
  ["pullrequest:created", readPullRequest("opened")],
  ["pullrequest:updated", readPullRequest("updated")],
  ["pullrequest:push", readPullRequest("updated")],
  ["pullrequest:fulfilled", readPullRequest("merged")],
  ["pullrequest:rejected", readPullRequest("closed")],
  ["pullrequest:comment_created", readPullRequestComment],
  ["pullrequest:approved", readReview("approved")],
  ["pullrequest:changes_request_created", readReview("changes_requested")],
  ["repo:commit_status_created", readStatus],
  ["repo:commit_status_updated", readStatus],
  ["issue:created", readIssue],
  ["issue:updated", readIssueUpdate],
  ["issue:comment_created", readIssueComment],
]);

/** What a webhook is to send, beside the issues of a tracker that there is no more. */
export const EVENTS: readonly string[] = [...READERS.keys()].filter((event) => !event.startsWith("issue:"));

/** Read a delivery of Bitbucket Cloud: `X-Event-Key` says what happened to what. Never throws. */
export function normalise({ event, headers, body }: Pick<Delivery, "event" | "headers" | "body">): Reading {
  if (event === "") return unreadable("the header X-Event-Key is missing, so nothing tells what happened");
  const payload = readPayload(body, headers["content-type"]);
  if (!payload.ok) return unreadable(payload.problem);
  const read = READERS.get(event);
  if (read === undefined) return ignored(`the event "${event}" is not one that Forgehand acts on`);
  return read(payload.value, event);
}
