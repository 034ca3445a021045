import type { z } from "zod";

import type { Repo } from "../../core/event.ts";
import type { Forge, ThreadComment } from "../../core/forge.ts";
import { editedAt, newestOf, wantedOf } from "../shared/conversation.ts";
import { pullRequestAsked } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import * as payloads from "./payloads.ts";
import { CountedIssue, ReviewList, SaidComments } from "./replies.ts";
import { actorOf, GHOST, issueOf } from "./translate.ts";

/** Comments that one request brings. */
const PAGE_SIZE = 100;

type Said = z.infer<typeof SaidComments>[number];

/** What people wrote: an issue, and what was said on it or on a pull request. */
export function conversations(line: Line): Required<Pick<Forge, "issue" | "conversation">> {
  return {
    async issue(repo, number, signal) {
      const found = await line.ask(repo, {
        route: "GET /repos/{owner}/{repo}/issues/{issue_number}",
        reply: payloads.Issue,
        parameters: { issue_number: number },
        signal,
      });
      if (found.pull_request) throw pullRequestAsked(repo, number);
      return issueOf(found);
    },

    async conversation(repo, { kind, number }, options, signal) {
      if (wantedOf(options) === 0) return [];
      const comments = await commentsOn(line, repo, number, wantedOf(options), signal);
      if (kind === "issue") return newestOf(comments, options);
      const onLines = await commentsOnLines(line, repo, number, wantedOf(options), signal);
      const reviews = await reviewsOf(line, repo, number, signal);
      return newestOf([...comments, ...onLines, ...reviews], options);
    },
  };
}

/** They come oldest first and in no other order, so that the pages at the end are asked for by their numbers. */
async function commentsOn(
  line: Line,
  repo: Repo,
  number: number,
  wanted: number,
  signal?: AbortSignal,
): Promise<ThreadComment[]> {
  const { comments: count } = await line.ask(repo, {
    route: "GET /repos/{owner}/{repo}/issues/{issue_number}",
    reply: CountedIssue,
    parameters: { issue_number: number },
    signal,
  });
  const found: ThreadComment[] = [];
  const first = Math.floor(Math.max(0, count - wanted) / PAGE_SIZE) + 1;
  for (let page = first; page <= Math.ceil(count / PAGE_SIZE); page += 1) {
    const comments = await line.ask(repo, {
      route: "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
      reply: SaidComments,
      parameters: { issue_number: number, per_page: PAGE_SIZE, page },
      signal,
    });
    found.push(...comments.map((comment) => commentOf(String(comment.id), comment)));
  }
  return found;
}

/** Comments on lines of the change, which are counted in a row of their own. */
async function commentsOnLines(
  line: Line,
  repo: Repo,
  number: number,
  wanted: number,
  signal?: AbortSignal,
): Promise<ThreadComment[]> {
  const found: ThreadComment[] = [];
  for (let page = 1; found.length < wanted; page += 1) {
    const comments = await line.ask(repo, {
      route: "GET /repos/{owner}/{repo}/pulls/{pull_number}/comments",
      reply: SaidComments,
      parameters: { pull_number: number, sort: "created", direction: "desc", per_page: PAGE_SIZE, page },
      signal,
    });
    found.push(...comments.map((comment) => commentOf(`discussion_r${comment.id}`, comment)));
    if (comments.length < PAGE_SIZE) break;
  }
  return found.reverse();
}

/** What was said with reviews. Those without words, and those that are not submitted yet, said nothing. */
async function reviewsOf(
  line: Line,
  repo: Repo,
  number: number,
  signal?: AbortSignal,
): Promise<ThreadComment[]> {
  const found: ThreadComment[] = [];
  const pages = line.pages(repo, {
    route: "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews",
    reply: ReviewList,
    parameters: { pull_number: number },
    signal,
  });
  for await (const reviews of pages) {
    for (const { id, user, body, submitted_at: at } of reviews) {
      if (!body || !at) continue;
      found.push({
        id: `pullrequestreview-${id}`,
        author: user ? actorOf(user) : GHOST,
        body,
        createdAt: at,
      });
    }
  }
  return found;
}

function commentOf(
  id: string,
  { user, body, created_at: createdAt, updated_at: updatedAt }: Said,
): ThreadComment {
  const author = user ? actorOf(user) : GHOST;
  return { id, author, body: body ?? "", createdAt, ...editedAt(createdAt, updatedAt) };
}
