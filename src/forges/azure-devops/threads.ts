import type { Forge } from "../../core/forge.ts";
import { upsert } from "../shared/comments.ts";
import { fitBody } from "../shared/fit.ts";
import { discussions } from "./discussions.ts";
import { htmlOf } from "./html.ts";
import type { Line } from "./line.ts";
import { workItemPage, workItemPath } from "./place.ts";
import { remarks } from "./remarks.ts";
import { WorkItemDetails } from "./replies.ts";
import { issueOf } from "./translate.ts";

/** Characters of a comment on a pull request; of one on a work item no limit is documented. */
const BODY_LIMIT = 150_000;

/**
 * What is said on work items and on pull requests, which have nothing in common but that they hold comments. `web`: where
 * people open the organization.
 */
export function threads(line: Line, { self, web }: { self: Forge["self"]; web: string }) {
  const kinds = { issue: remarks(line), pull_request: discussions(line) };

  return {
    async upsertComment(repo, thread, { id, marker, body }, signal) {
      const comments = kinds[thread.kind];
      const short = fitBody(body, BODY_LIMIT, marker);
      const text = thread.kind === "issue" ? htmlOf(short) : short;
      return upsert(id, {
        edit: (one) => comments.edit(repo, thread.number, one, text, signal),
        find: async () => {
          const { id: author } = await self(signal);
          return comments.find(repo, thread.number, { marker, author }, signal);
        },
        create: () => comments.create(repo, thread.number, text, signal),
      });
    },

    async issue(repo, number, signal) {
      const { id, fields } = await line.ask({
        path: workItemPath(repo, number),
        reply: WorkItemDetails,
        signal,
      });
      return issueOf(id, fields, workItemPage(web, repo, id));
    },

    /** Comments have the ids that deliveries give them. */
    conversation: (repo, { kind, number }, { limit }, signal) =>
      kinds[kind].newest(repo, number, limit, signal),
  } satisfies Partial<Forge>;
}
