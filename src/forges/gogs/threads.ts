import { z } from "zod";

import type { Forge } from "../../core/forge.ts";
import { ownAmong, upsert } from "../shared/comments.ts";
import { fitBody } from "../shared/fit.ts";
import type { Line } from "./line.ts";
import { Comment, Comments } from "./replies.ts";

/** Characters of a comment: Gogs names no limit, but MySQL keeps 65,535 bytes of it, four for one character at most. */
const BODY_LIMIT = 16_000;

/** Our comment on an issue or a pull request, which are numbered in one row. */
export function threads(line: Line, self: Forge["self"]) {
  return {
    async upsertComment(repo, { number }, { id, marker, body }, signal) {
      const text = { body: fitBody(body, BODY_LIMIT, marker) };
      const path = `/issues/${number}/comments`;
      return upsert(id, {
        edit: (one) =>
          line.ask(repo, {
            method: "PATCH",
            path: `${path}/${one}`,
            body: text,
            reply: z.unknown(),
            signal,
          }),
        async find() {
          const author = (await self(signal)).id;
          return ownAmong(await line.ask(repo, { path, reply: Comments, signal }), { marker, author });
        },
        async create() {
          const created = await line.ask(repo, { method: "POST", path, body: text, reply: Comment, signal });
          return String(created.id);
        },
      });
    },
  } satisfies Partial<Forge>;
}
