import { createHmac, randomUUID } from "node:crypto";

import type { Told, WebhookDelivery } from "../stand-in/delivery.ts";
import { neverTold } from "../stand-in/delivery.ts";
import type { Happening, State, Thread } from "../stand-in/state.ts";
import type { PullThread } from "./route.ts";
import { isPull } from "./route.ts";
import { commentShape, participantShape, pullShape, repositoryShape, userShape } from "./shapes.ts";

const ZEROS = /^0+$/;

/** What every request of a webhook carries. */
function headersOf(event: string, id: string): Record<string, string> {
  return {
    "content-type": "application/json; charset=utf-8",
    "user-agent": "Atlassian HttpClient 4.2.4 / Bitbucket-9.4.2 (9004002) / Default",
    "x-event-key": event,
    "x-request-id": id,
  };
}

/** Put the signature of a webhook on a delivery. The same `id` again is one that came twice. */
export function sign({ event, payload }: Told, secret: string, id: string = randomUUID()): WebhookDelivery {
  const body = JSON.stringify(payload);
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  return { headers: { ...headersOf(event, id), "x-hub-signature": signature }, body };
}

/** What "Test connection" sends: it is never signed. */
export function ping(): WebhookDelivery {
  return { headers: headersOf("diagnostics:ping", randomUUID()), body: '{"test": true}' };
}

/** What Bitbucket tells webhooks of something that happened. Issues and labels it has none. */
export async function toldOf(state: State, happening: Happening): Promise<Told> {
  switch (happening.kind) {
    case "opened":
      return pullTold(state, "pr:opened", happening);
    case "edited": {
      const { title: previousTitle } = happening.thread;
      return pullTold(state, "pr:modified", happening, { previousTitle, previousDescription: "" });
    }
    case "updated": {
      const { before: previousFromHash, after } = happening;
      return pullTold(state, "pr:from_ref_updated", happening, { previousFromHash }, after);
    }
    case "commented": {
      const comment = commentShape(state, happening.comment);
      return pullTold(state, "pr:comment:added", happening, { comment });
    }
    case "assigned":
    case "unassigned": {
      const user = userShape(state, happening.assignee);
      const [addedReviewers, removedReviewers] = happening.kind === "assigned" ? [[user], []] : [[], [user]];
      return pullTold(state, "pr:reviewer:updated", happening, { addedReviewers, removedReviewers });
    }
    case "reviewed":
      return reviewTold(state, happening);
    case "checked":
      throw neverTold(happening);
    case "pushed":
      return pushTold(state, happening);
    case "labels":
      throw new TypeError("Bitbucket Data Center has no labels that it could tell of");
  }
}

/** A review has no text: what somebody says beside is a comment. */
async function reviewTold(state: State, happening: Extract<Happening, { kind: "reviewed" }>): Promise<Told> {
  const { author, state: said } = happening.review;
  if (said === "commented") throw neverTold(happening);
  const [event, status] =
    said === "approved" ? ["pr:reviewer:approved", "APPROVED"] : ["pr:reviewer:needs_work", "NEEDS_WORK"];
  const participant = participantShape(state, author, status);
  return pullTold(state, event, happening, { participant, previousStatus: "UNAPPROVED" });
}

async function pullTold(
  state: State,
  event: string,
  happening: Happening & { thread: Thread },
  more: object = {},
  head?: string,
): Promise<Told> {
  const pullRequest = await pullShape(state, pullIn(happening.thread), head);
  return { event, payload: { ...around(state, event, happening), pullRequest, ...more } };
}

/** What is told of a push. */
export function pushTold(state: State, happening: Extract<Happening, { kind: "pushed" }>): Told {
  const { repository, branch, before, after } = happening;
  const ref = { id: `refs/heads/${branch}`, displayId: branch, type: "BRANCH" };
  const type = ZEROS.test(before) ? "ADD" : ZEROS.test(after) ? "DELETE" : "UPDATE";
  const event = "repo:refs_changed";
  const payload = {
    ...around(state, event, happening),
    repository: repositoryShape(state, repository),
    changes: [{ ref, refId: ref.id, fromHash: before, toHash: after, type }],
  };
  return { event, payload };
}

/** The members that every payload has. Its offset has no colon. */
function around(state: State, event: string, { actor }: Happening) {
  const date = new Date().toISOString().replace(/\.\d+Z$/, "+0000");
  return { eventKey: event, date, actor: userShape(state, actor) };
}

function pullIn(thread: Thread): PullThread {
  if (isPull(thread)) return thread;
  throw new TypeError("Bitbucket Data Center has no issues that it could tell of");
}
