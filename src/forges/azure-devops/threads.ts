import type { Forge } from "../../core/forge.ts";
import { upsert } from "../shared/comments.ts";
import { fitBody } from "../shared/fit.ts";
import { discussions } from "./discussions.ts";
import { htmlOf } from "./html.ts";
import type { Line } from "./line.ts";
import { remarks } from "./remarks.ts";

/** Characters of a comment on a pull request; of one on a work item no limit is documented. */
const BODY_LIMIT = 150_000;

/** What we write on work items and on pull requests, which have nothing in common but that they hold comments. */
export function threads(line: Line, self: Forge["self"]) {
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
  } satisfies Partial<Forge>;
}
