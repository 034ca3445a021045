import type { Forge } from "../../core/forge.ts";
import { ownAmong, upsert } from "../shared/comments.ts";
import { fitBody } from "../shared/fit.ts";
import type { Line } from "./line.ts";
import { Comment, Comments } from "./replies.ts";

/** Characters of a comment or description. Servers name no limit; nobody reads more, and proxies refuse large bodies. */
export const BODY_LIMIT = 65_536;

/** Our comment on an issue or a pull request, which are numbered in one row. */
export function threads(line: Line, self: Forge["self"]) {
  return {
    async upsertComment(repo, { number }, { id, marker, body }, signal) {
      const text = fitBody(body, BODY_LIMIT, marker);
      const path = `/issues/${number}/comments`;
      return upsert(id, {
        edit: (one) =>
          line.ask(repo, {
            method: "PATCH",
            path: `/issues/comments/${one}`,
            body: { body: text },
            reply: Comment,
            signal,
          }),
        /** All of them come in one answer. */
        async find() {
          const author = (await self(signal)).id;
          return ownAmong(await line.ask(repo, { path, reply: Comments, signal }), { marker, author });
        },
        async create() {
          const body = { body: text };
          const created = await line.ask(repo, { method: "POST", path, body, reply: Comment, signal });
          return String(created.id);
        },
      });
    },
  } satisfies Partial<Forge>;
}
