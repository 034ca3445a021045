import { createHmac, randomUUID } from "node:crypto";

import type { Told, WebhookDelivery } from "../stand-in/delivery.ts";
import { neverTold } from "../stand-in/delivery.ts";
import type { Account, Happening, Thread } from "../stand-in/state.ts";
import {
  accountShape,
  checkShape,
  commentShape,
  issueShape,
  pullRequestShape,
  repositoryShape,
} from "./shapes.ts";
import type { BitbucketState } from "./state.ts";

type Of<Kind extends Happening["kind"]> = Extract<Happening, { kind: Kind }>;
type Payload = Readonly<Record<string, unknown>>;

const ZEROS = /^0+$/;
const HOOK = "b17b0c4e-4407-4000-8000-000000000001";

/** Put the proof of a webhook on a delivery: HMAC-SHA256 over the body. The same `id` again is a redelivery. */
export function sign({ event, payload }: Told, secret: string, id: string = randomUUID()): WebhookDelivery {
  const body = JSON.stringify(payload);
  return {
    headers: {
      "content-type": "application/json",
      "user-agent": "Bitbucket-Webhooks/2.0",
      "x-attempt-number": "1",
      "x-event-key": event,
      "x-hook-uuid": HOOK,
      "x-hub-signature": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
      "x-request-uuid": id,
    },
    body,
  };
}

/** What Bitbucket tells webhooks of something that happened. There are no labels to tell of. */
export async function toldOf(state: BitbucketState, happening: Happening): Promise<Told> {
  switch (happening.kind) {
    case "labels":
      throw new TypeError("Bitbucket has no labels");
    case "opened":
      return threadTold(state, happening, "created");
    case "edited": {
      const content = { old: "", new: happening.thread.body };
      // The changes of a pull request are not told.
      const more = happening.thread.pull === undefined ? { changes: { content } } : {};
      return threadTold(state, happening, "updated", more);
    }
    case "updated":
      // Nothing says that it is about new commits.
      return threadTold(state, happening, "updated");
    case "commented":
      return threadTold(state, happening, "comment_created", {
        comment: commentShape(state, happening.thread, happening.comment),
      });
    case "assigned":
    case "unassigned":
      return assigneeTold(state, happening);
    case "reviewed":
      return reviewTold(state, happening);
    case "checked": {
      const status = checkShape(state, happening.repository, happening.check);
      return {
        event: "repo:commit_status_created",
        payload: { ...around(state, happening), commit_status: status },
      };
    }
    case "pushed":
      return { event: "repo:push", payload: { ...around(state, happening), push: pushOf(happening) } };
  }
}

async function threadTold(
  state: BitbucketState,
  happening: Happening & { thread: Thread },
  verb: string,
  more: Payload = {},
): Promise<Told> {
  const { thread } = happening;
  const about = around(state, happening);
  if (thread.pull === undefined) {
    return { event: `issue:${verb}`, payload: { ...about, issue: issueShape(state, thread), ...more } };
  }
  const pullrequest = await pullRequestShape(state, thread);
  return { event: `pullrequest:${verb}`, payload: { ...about, pullrequest, ...more } };
}

/** An issue is one person's at most. Whom a pull request is handed to nothing tells. */
function assigneeTold(state: BitbucketState, happening: Extract<Happening, { assignee: Account }>): Told {
  if (happening.thread.pull !== undefined) throw neverTold(happening);
  const account = accountShape(state, happening.assignee);
  const [before, after] = happening.kind === "assigned" ? [null, account] : [account, null];
  const issue = { ...issueShape(state, happening.thread), assignee: after };
  const changes = { assignee: { old: before, new: after } };
  return { event: "issue:updated", payload: { ...around(state, happening), issue, changes } };
}

/** A review has no text: what somebody says beside is a comment. */
async function reviewTold(state: BitbucketState, happening: Of<"reviewed">): Promise<Told> {
  const { review } = happening;
  const vote = { user: accountShape(state, review.author), date: review.createdAt };
  if (review.state === "approved") return threadTold(state, happening, "approved", { approval: vote });
  if (review.state === "commented") throw neverTold(happening);
  return threadTold(state, happening, "changes_request_created", { changes_request: vote });
}

function pushOf({ branch: name, before, after }: Of<"pushed">): Payload {
  const side = (hash: string) =>
    ZEROS.test(hash) ? null : { type: "branch", name, target: { type: "commit", hash } };
  const change = {
    old: side(before),
    new: side(after),
    created: ZEROS.test(before),
    closed: ZEROS.test(after),
    forced: false,
    truncated: false,
    commits: [],
  };
  return { changes: [change] };
}

/** The members that every payload has. */
function around(state: BitbucketState, { repository, actor }: Happening): Payload {
  return { actor: accountShape(state, actor), repository: repositoryShape(state, repository) };
}
