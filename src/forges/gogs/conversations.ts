import type { Actor } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { editedAt, newestOf, wantedOf } from "../shared/conversation.ts";
import { pullRequestAsked } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { Issue } from "./payloads.ts";
import { SaidComments } from "./replies.ts";
import { actorOf, issueOf } from "./translate.ts";

/** The account of those that were deleted. Source: gogs/gogs internal/database/users.go, `NewGhostUser`. */
const GHOST: Actor = { id: "-1", login: "Ghost" };

/** What people wrote: an issue, and what was said on it or on a pull request. */
export function conversations(line: Line, web: string): Required<Pick<Forge, "issue" | "conversation">> {
  return {
    async issue(repo, number, signal) {
      const found = await line.ask(repo, { path: `/issues/${number}`, reply: Issue, signal });
      if (found.pull_request) throw pullRequestAsked(repo, number);
      return issueOf(found, `${web}/${repo.fullName}`);
    },

    /** All comments come in one answer. */
    async conversation(repo, { number }, options, signal) {
      if (wantedOf(options) === 0) return [];
      const call = { path: `/issues/${number}/comments`, reply: SaidComments, signal };
      const said = (await line.ask(repo, call)).map((comment) => ({
        id: String(comment.id),
        author: comment.user ? actorOf(comment.user) : GHOST,
        body: comment.body ?? "",
        createdAt: comment.created_at,
        ...editedAt(comment.created_at, comment.updated_at),
      }));
      return newestOf(said, options);
    },
  };
}
