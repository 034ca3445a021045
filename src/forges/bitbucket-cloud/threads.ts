import { z } from "zod";

import type { Repo, Thread } from "../../core/event.ts";
import type { Forge } from "../../core/forge.ts";
import { fitBody } from "../shared/fit.ts";
import { isGone, isRefusal } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { pathOf } from "./line.ts";
import { toBitbucket } from "./marker.ts";
import { Created, Listed } from "./replies.ts";

/** Characters of a comment that are known to be taken; Bitbucket names no limit. */
const BODY_LIMIT = 32_000;

/** What we write on pull requests and issues: comments. Bitbucket counts the two apart, and has no labels. */
export function threads(line: Line, self: Forge["self"]) {
  /** False where the comment is gone, or somebody else's: only its author may change it. */
  async function edit(comments: string, id: string, raw: string, signal?: AbortSignal): Promise<boolean> {
    const path = `${comments}/${encodeURIComponent(id)}`;
    try {
      await line.ask({ method: "PUT", path, body: { content: { raw } }, reply: z.unknown(), signal });
      return true;
    } catch (error) {
      if (isGone(error) || isRefusal(error)) return false;
      throw error;
    }
  }

  return {
    /**
     * After a change of tokens the comment of the id may be another account's: then a new one is written. A token that
     * may not ask who it is finds its own comment by trying to change it.
     */
    async upsertComment(repo, thread, { id, marker, body }, signal) {
      const comments = commentsOf(repo, thread);
      const hidden = toBitbucket(marker);
      const raw = fitBody(toBitbucket(body), BODY_LIMIT, hidden);
      if (id !== undefined && (await edit(comments, id, raw, signal))) return { id };
      const author = (await self(signal)).id;
      for await (const page of line.pages({ path: comments, reply: Listed, signal })) {
        for (const found of page.filter((one) => String(one.id) !== id && isOurs(one, hidden, author))) {
          if (await edit(comments, String(found.id), raw, signal)) return { id: String(found.id) };
        }
      }
      const call = { method: "POST", path: comments, body: { content: { raw } }, signal } as const;
      const created = await line.ask({ ...call, reply: Created });
      return { id: String(created.id) };
    },

    changeLabels: () => Promise.resolve("unsupported"),
  } satisfies Partial<Forge>;
}

function commentsOf(repo: Repo, { kind, number }: Thread): string {
  return `${pathOf(repo)}/${kind === "issue" ? "issues" : "pullrequests"}/${number}/comments`;
}

/** By the marker and by us, since anybody can copy a marker. An empty author stands for one that we do not know. */
function isOurs({ content, user, deleted }: Listed, marker: string, author: string): boolean {
  if (deleted || !content?.raw?.includes(marker)) return false;
  return author === "" || user?.uuid === author;
}
