import { createHmac, randomUUID } from "node:crypto";

import type { Told, WebhookDelivery } from "../stand-in/delivery.ts";
import { neverTold } from "../stand-in/delivery.ts";
import { commitsIn } from "../stand-in/git.ts";
import type { Happening, Thread } from "../stand-in/state.ts";
import {
  commentShape,
  commitShape,
  issueShape,
  pullShape,
  repositoryShape,
  userShape,
  webUrl,
} from "./shapes.ts";
import type { GiteaState, Product } from "./state.ts";

type Of<Kind extends Happening["kind"]> = Extract<Happening, { kind: Kind }>;
type Payload = Readonly<Record<string, unknown>>;

const ZEROS = /^0+$/;
/** Commits that a push lists at most. */
const MOST_COMMITS = 5;

/** How a webhook was set up, and on whose server. */
export interface Hook {
  readonly product: Product;
  readonly secret: string;
}

/**
 * Put a signature under a delivery, in the headers of every family that the product sends. The JSON is written with
 * indents. A replay has a new id; the same `id` again comes only from a server that was started anew.
 */
export function sign(told: Told, { product, secret }: Hook, id: string = randomUUID()): WebhookDelivery {
  const body = JSON.stringify(told.payload, null, 2);
  const digest = (algorithm: string) => createHmac(algorithm, secret).update(body).digest("hex");
  const families = [...(product === "forgejo" ? ["forgejo"] : []), "gitea", "gogs", "github"];
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "user-agent": "Go-http-client/1.1",
    "x-hub-signature": `sha1=${digest("sha1")}`,
    "x-hub-signature-256": `sha256=${digest("sha256")}`,
  };
  for (const family of families) {
    headers[`x-${family}-event`] = told.event;
    headers[`x-${family}-event-type`] = typeOf(told);
    headers[`x-${family}-delivery`] = id;
    if (family !== "github") headers[`x-${family}-signature`] = digest("sha256");
  }
  return { headers, body };
}

/** The finer kind of an event. A comment on a pull request has a word that means a review elsewhere. */
function typeOf({ event, payload }: Told): string {
  const noun = event === "issues" ? "issue" : event;
  if (payload.action === "label_updated") return `${noun}_label`;
  if (payload.action === "synchronized") return `${noun}_sync`;
  if (payload.action === "assigned" || payload.action === "unassigned") return `${noun}_assign`;
  if (payload.action === "reviewed") return event.replace("pull_request_", "pull_request_review_");
  return event === "issue_comment" && payload.is_pull === true ? "pull_request_comment" : event;
}

/** What Gitea and Forgejo tell webhooks of something that happened. */
export function toldOf(state: GiteaState, happening: Happening): Told | Promise<Told> {
  switch (happening.kind) {
    case "labels":
      // Which label it was is not told, nor whether it was set or taken off.
      return threadTold(state, happening, "label_updated");
    case "opened":
      return threadTold(state, happening, "opened");
    case "edited":
      return threadTold(state, happening, "edited", { changes: { body: { from: "" } } });
    case "updated": {
      const { before, after } = happening;
      return threadTold(state, happening, "synchronized", state.product === "gitea" ? { before, after } : {});
    }
    case "commented":
      return commentTold(state, happening);
    case "assigned":
    case "unassigned":
      // Whom it is about is not told, but for all who have it now.
      return threadTold(state, happening, happening.kind);
    case "reviewed":
      return reviewTold(state, happening);
    case "checked":
      return statusTold(state, happening);
    case "pushed":
      return pushTold(state, happening);
  }
}

async function threadTold(
  state: GiteaState,
  happening: Happening & { thread: Thread },
  action: string,
  more: Payload = {},
): Promise<Told> {
  const { thread } = happening;
  const about = { action, number: thread.number, ...around(state, happening), ...more };
  if (thread.pull === undefined) {
    return { event: "issues", payload: { ...about, issue: issueShape(state, thread) } };
  }
  return { event: "pull_request", payload: { ...about, pull_request: await pullShape(state, thread) } };
}

async function commentTold(state: GiteaState, happening: Of<"commented">): Promise<Told> {
  const { thread, comment } = happening;
  const payload = {
    action: "created",
    issue: issueShape(state, thread),
    ...(thread.pull === undefined ? {} : { pull_request: await pullShape(state, thread) }),
    comment: commentShape(state, thread, comment),
    ...around(state, happening),
    is_pull: thread.pull !== undefined,
  };
  return { event: "issue_comment", payload };
}

/** A review has a word for what it says, and no number. */
async function reviewTold(state: GiteaState, happening: Of<"reviewed">): Promise<Told> {
  const { review } = happening;
  const word = { approved: "approved", changes_requested: "rejected", commented: "comment" }[review.state];
  const content = { type: `pull_request_review_${word}`, content: review.body };
  const told = await threadTold(state, happening, "reviewed", { review: content, requested_reviewer: null });
  return { ...told, event: `pull_request_${word}` };
}

/** Forgejo tells of none. */
function statusTold(state: GiteaState, happening: Of<"checked">): Told {
  if (state.product === "forgejo") throw neverTold(happening);
  const { id, sha, name, state: ended, createdAt } = happening.check;
  const payload = {
    commit: null,
    context: name,
    created_at: createdAt,
    description: "",
    id,
    ...around(state, happening),
    sha,
    state: ended,
    target_url: "",
    updated_at: null,
  };
  return { event: "status", payload };
}

async function pushTold(state: GiteaState, happening: Of<"pushed">): Promise<Told> {
  const { repository, actor, branch, before, after } = happening;
  const gone = ZEROS.test(after);
  const range = ZEROS.test(before) ? after : `${before}..${after}`;
  const listed = gone ? [] : await commitsIn(state.root, repository, range, MOST_COMMITS);
  const commits = listed.map((commit) => commitShape(state, repository, commit));
  const payload = {
    ref: `refs/heads/${branch}`,
    before,
    after,
    compare_url: webUrl(state, repository, `compare/${before}...${after}`),
    commits,
    total_commits: commits.length,
    head_commit: commits[0] ?? null,
    pusher: userShape(state, actor),
    ...around(state, happening),
  };
  return { event: "push", payload };
}

/** The members that every payload has. */
function around(state: GiteaState, { repository, actor }: Happening): Payload {
  return { repository: repositoryShape(state, repository), sender: userShape(state, actor) };
}
