import { IssueNotes, Issues, MergeRequestNotes } from "@gitbeaker/rest";
import type { z } from "zod";

import type { Actor, Issue } from "../../core/event.ts";
import type { Forge, ThreadComment } from "../../core/forge.ts";
import { editedAt, newestOf, wantedOf } from "../shared/conversation.ts";
import type { Line } from "./line.ts";
import * as replies from "./replies.ts";
import { actorOf } from "./translate.ts";

/** An author that is gone: a server has an account of this name for them. */
export const GHOST: Actor = { id: "", login: "ghost" };

/** Pages that are looked through for comments: what GitLab itself wrote, of each commit and label, stands among them. */
const MOST_PAGES = 10;

/** What people wrote: an issue, and what was said on it or on a merge request. */
export function conversations(line: Line): Required<Pick<Forge, "issue" | "conversation">> {
  return {
    async issue(repo, number, signal) {
      const found = await line.ask(replies.Issue, signal, (api) =>
        new Issues(api).show(number, { projectId: repo.id }),
      );
      return issueOf(found);
    },

    /** Comments on lines of a change are notes as well. */
    async conversation(repo, { kind, number }, options, signal) {
      const wanted = wantedOf(options);
      if (wanted === 0) return [];
      const found: ThreadComment[] = [];
      const pages = line.pages(replies.SaidNotes, signal, (api, page) => {
        const notes = kind === "issue" ? new IssueNotes(api) : new MergeRequestNotes(api);
        return notes.all(repo.id, number, { sort: "desc", orderBy: "created_at", ...page });
      });
      let looked = 0;
      for await (const notes of pages) {
        found.push(...notes.filter(isForAll).map(commentOf));
        looked += 1;
        if (found.length >= wanted || looked === MOST_PAGES) break;
      }
      return newestOf(found.reverse(), options);
    },
  };
}

/** An answer of the API in our words. */
export function issueOf(issue: z.infer<typeof replies.Issue>): Issue {
  return {
    number: issue.iid,
    title: issue.title,
    body: issue.description ?? "",
    state: issue.state === "opened" ? "open" : "closed",
    labels: issue.labels ?? [],
    ...(issue.web_url ? { url: issue.web_url } : {}),
    ...(issue.author ? { author: actorOf(issue.author) } : {}),
  };
}

type Note = z.infer<typeof replies.SaidNotes>[number];

function isForAll({ system, internal, confidential }: Note): boolean {
  return !system && !internal && !confidential;
}

function commentOf({ id, author, body, created_at: createdAt, updated_at: updatedAt }: Note): ThreadComment {
  return {
    id: String(id),
    author: author ? actorOf(author) : GHOST,
    body: body ?? "",
    createdAt,
    ...editedAt(createdAt, updatedAt),
  };
}
