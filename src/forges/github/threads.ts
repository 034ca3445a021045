import { z } from "zod";

import { ForgehandError } from "../../core/errors.ts";
import type { Repo } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { fit } from "../shared/fit.ts";
import type { Line } from "./line.ts";
import { Comment, Comments } from "./replies.ts";

/** Characters of a comment or description, above which GitHub answers 422. */
export const BODY_LIMIT = 65_536;

/** What we write on issues and pull requests: comments and labels. GitHub has one list of numbers for both. */
export function threads(line: Line, self: Forge["self"]) {
  return {
    async upsertComment(repo, { number }, { id, marker, body }, signal) {
      const text = fit(body, BODY_LIMIT, marker);
      if (id !== undefined && (await unlessGone(editComment(line, repo, id, text, signal)))) return { id };
      const found = await findComment(line, repo, number, marker, (await self(signal)).id, signal);
      if (found !== undefined && (await unlessGone(editComment(line, repo, found, text, signal)))) {
        return { id: found };
      }
      const created = await line.ask(repo, {
        route: "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
        reply: Comment,
        parameters: { issue_number: number, body: text },
        signal,
      });
      return { id: String(created.id) };
    },

    async changeLabels(repo, { number }, { add, remove }, signal) {
      if (add.length > 0) {
        await line.ask(repo, {
          route: "POST /repos/{owner}/{repo}/issues/{issue_number}/labels",
          reply: z.unknown(),
          parameters: { issue_number: number, labels: add },
          signal,
        });
      }
      for (const name of remove) {
        const removal = line.ask(repo, {
          route: "DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}",
          reply: z.unknown(),
          parameters: { issue_number: number, name },
          signal,
        });
        await unlessGone(removal);
      }
      return "set" as const;
    },
  } satisfies Partial<Forge>;
}

function editComment(
  line: Line,
  repo: Repo,
  id: string,
  body: string,
  signal?: AbortSignal,
): Promise<unknown> {
  return line.ask(repo, {
    route: "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
    reply: z.unknown(),
    parameters: { comment_id: Number(id), body },
    signal,
  });
}

/** Our comment among all of them: by the marker and by us, since anybody can copy a marker. */
async function findComment(
  line: Line,
  repo: Repo,
  number: number,
  marker: string,
  author: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const pages = line.pages(repo, {
    route: "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
    reply: Comments,
    parameters: { issue_number: number },
    signal,
  });
  for await (const comments of pages) {
    const ours = comments.find(({ body, user }) => body?.includes(marker) && String(user?.id) === author);
    if (ours !== undefined) return String(ours.id);
  }
  return undefined;
}

/** False when GitHub says that the thing is not there, which is what we wanted or can mend. */
async function unlessGone(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof ForgehandError && error.code === "FORGE_NOT_FOUND") return false;
    throw error;
  }
}
