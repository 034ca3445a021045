import { createHmac, randomUUID } from "node:crypto";

import type { Told, WebhookDelivery } from "../stand-in/delivery.ts";
import { neverTold } from "../stand-in/delivery.ts";
import { commitsIn } from "../stand-in/git.ts";
import type { Happening, Thread } from "../stand-in/state.ts";
import { accountShape, commentShape, issueShape, pullShape, repositoryShape } from "./shapes.ts";
import type { GogsState } from "./state.ts";

type Of<Kind extends Happening["kind"]> = Extract<Happening, { kind: Kind }>;

const ZEROS = /^0+$/;
/** Commits that a push lists at most. */
const MOST_COMMITS = 5;

/** Put a signature under a delivery, as Gogs does. The same `id` again is a redelivery. */
export function sign({ event, payload }: Told, secret: string, id: string = randomUUID()): WebhookDelivery {
  const body = JSON.stringify(payload, null, 2).replace(/[<>&]/g, escaped);
  return {
    headers: {
      "content-type": "application/json",
      "user-agent": "GogsServer",
      "x-github-delivery": id,
      "x-github-event": event,
      "x-gogs-delivery": id,
      "x-gogs-event": event,
      "x-gogs-signature": createHmac("sha256", secret).update(body).digest("hex"),
    },
    body,
  };
}

/** Gogs' JSON can stand in a page as it is. */
function escaped(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** What Gogs tells webhooks of something that happened. */
export function toldOf(state: GogsState, happening: Happening): Told | Promise<Told> {
  switch (happening.kind) {
    case "labels":
      // All labels after it; which of them were changed, a receiver has to find out.
      return threadTold(state, happening, "label_updated");
    case "opened":
      return threadTold(state, happening, "opened");
    case "edited":
      return threadTold(state, happening, "edited", { changes: { body: { from: "" } } });
    case "updated":
      // Neither the commit before nor the one after.
      return threadTold(state, happening, "synchronized");
    case "commented":
      return commentTold(state, happening);
    case "assigned":
    case "unassigned":
      // Whom it is about is told as the one who has it now.
      return threadTold(state, happening, happening.kind);
    case "reviewed":
    case "checked":
      throw neverTold(happening);
    case "pushed":
      return pushTold(state, happening);
  }
}

function threadTold(
  state: GogsState,
  happening: Happening & { thread: Thread },
  action: string,
  more: object = {},
): Told {
  const { thread } = happening;
  const isPull = thread.pull !== undefined;
  const about = isPull ? { pull_request: pullShape(state, thread) } : { issue: issueShape(state, thread) };
  const payload = { action, number: thread.number, ...about, ...more, ...around(state, happening) };
  return { event: isPull ? "pull_request" : "issues", payload };
}

function commentTold(state: GogsState, happening: Of<"commented">): Told {
  const { thread, comment } = happening;
  const issue = issueShape(state, thread);
  const said = { action: "created", issue, comment: commentShape(state, thread, comment) };
  return { event: "issue_comment", payload: { ...said, ...around(state, happening) } };
}

async function pushTold(state: GogsState, happening: Of<"pushed">): Promise<Told> {
  const { repository, actor, branch, before, after } = happening;
  const range = ZEROS.test(before) ? after : `${before}..${after}`;
  const commits = await commitsIn(state.root, repository, range, MOST_COMMITS);
  const payload = {
    ref: `refs/heads/${branch}`,
    before,
    after,
    compare_url: `${state.url}/${repository.fullName}/compare/${before}...${after}`,
    commits: commits.map(({ sha, subject, author, email, date }) => ({
      id: sha,
      message: `${subject}\n`,
      url: `${state.url}/${repository.fullName}/commit/${sha}`,
      author: { name: author, email, username: "" },
      committer: { name: author, email, username: "" },
      timestamp: date,
    })),
    pusher: accountShape(state, actor),
    ...around(state, happening),
  };
  return { event: "push", payload };
}

/** The members that every payload has. */
function around(state: GogsState, { repository, actor }: Happening) {
  return { repository: repositoryShape(state, repository), sender: accountShape(state, actor) };
}
