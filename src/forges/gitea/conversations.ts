import type { z } from "zod";

import type { Actor, Repo } from "../../core/event.ts";
import type { Forge, ThreadComment } from "../../core/forge.ts";
import { editedAt, newestOf, wantedOf } from "../shared/conversation.ts";
import { pullRequestAsked } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { Issue } from "./payloads.ts";
import { Reviews, SaidComments } from "./replies.ts";
import { actorOf, issueOf } from "./translate.ts";

/** Reviews whose comments on lines are asked for, each by a request of its own: the newest. */
const MOST_REVIEWS = 10;

/** The account of those that were deleted. Source: models/user/user_system.go. */
const GHOST: Actor = { id: "-1", login: "Ghost" };

/** What people wrote: an issue, and what was said on it or on a pull request. */
export function conversations(line: Line): Required<Pick<Forge, "issue" | "conversation">> {
  return {
    async issue(repo, number, signal) {
      const found = await line.ask(repo, { path: `/issues/${number}`, reply: Issue, signal });
      if (found.pull_request) throw pullRequestAsked(repo, number);
      return issueOf(found);
    },

    /** All comments come in one answer. */
    async conversation(repo, { kind, number }, options, signal) {
      if (wantedOf(options) === 0) return [];
      const call = { path: `/issues/${number}/comments`, reply: SaidComments, signal };
      const said = (await line.ask(repo, call)).map((comment) => commentOf(String(comment.id), comment));
      if (kind === "issue") return newestOf(said, options);
      return newestOf([...said, ...(await reviewed(line, repo, number, signal))], options);
    },
  };
}

/** What was said with reviews, and on lines of the change. */
async function reviewed(
  line: Line,
  repo: Repo,
  number: number,
  signal?: AbortSignal,
): Promise<ThreadComment[]> {
  const path = `/pulls/${number}/reviews`;
  const reviews: z.infer<typeof Reviews> = [];
  for await (const page of line.pages(repo, { path, reply: Reviews, signal })) {
    reviews.push(...page.filter(({ state }) => state !== "PENDING" && state !== "REQUEST_REVIEW"));
  }
  const said = reviews.flatMap(({ id, user, body, submitted_at: at }) =>
    body && at ? [{ id: `review ${id}`, author: user ? actorOf(user) : GHOST, body, createdAt: at }] : [],
  );
  for (const { id } of reviews.filter((review) => review.comments_count).slice(-MOST_REVIEWS)) {
    const call = { path: `${path}/${id}/comments`, reply: SaidComments, signal };
    // Comments on lines are counted in one row with all others.
    for (const comment of await line.ask(repo, call)) said.push(commentOf(String(comment.id), comment));
  }
  return said;
}

type Said = z.infer<typeof SaidComments>[number];

function commentOf(
  id: string,
  { user, body, created_at: createdAt, updated_at: updatedAt }: Said,
): ThreadComment {
  const author = user ? actorOf(user) : GHOST;
  return { id, author, body: body ?? "", createdAt, ...editedAt(createdAt, updatedAt) };
}
