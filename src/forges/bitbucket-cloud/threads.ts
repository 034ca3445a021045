import { z } from "zod";

import type { Repo, Thread } from "../../core/event.ts";
import { NOBODY } from "../../core/event.ts";
import type { Forge, ThreadComment } from "../../core/forge.ts";
import { fitBody } from "../shared/fit.ts";
import { changedLater } from "../shared/changed-later.ts";
import { editedAt, newestOf, wantedOf } from "../shared/conversation.ts";
import { isGone, isRefusal } from "../shared/refusals.ts";
import type { Line } from "./line.ts";
import { pathOf } from "./line.ts";
import { fromBitbucket, toBitbucket } from "./marker.ts";
import { Issue } from "./payloads.ts";
import { Created, Listed, Said } from "./replies.ts";
import { actorOf, issueOf } from "./translate.ts";

/** Characters of a comment that are known to be taken; Bitbucket names no limit. */
const BODY_LIMIT = 32_000;

/** What is said on pull requests and issues. Bitbucket counts the two apart, and has no labels. */
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

    /** Of the built-in tracker, which is gone wherever Bitbucket took it away (410). */
    async issue(repo, number, signal) {
      const path = `${pathOf(repo)}/issues/${number}`;
      return issueOf(await line.ask({ path, reply: Issue, signal }));
    },

    /** Comments on lines too. The newest come first, so that a long conversation is not read in whole. */
    async conversation(repo, thread, options, signal) {
      const call = { path: commentsOf(repo, thread), query: { sort: "-created_on" }, reply: Said, signal };
      const found: ThreadComment[] = [];
      const wanted = wantedOf(options);
      if (wanted === 0) return found;
      for await (const page of line.pages(call)) {
        found.push(...page.filter(({ deleted, pending }) => !deleted && !pending).map(saidOf));
        if (found.length >= wanted) break;
      }
      return newestOf(found.reverse(), options);
    },
  } satisfies Partial<Forge>;
}

function commentsOf(repo: Repo, { kind, number }: Thread): string {
  return `${pathOf(repo)}/${kind === "issue" ? "issues" : "pullrequests"}/${number}/comments`;
}

function saidOf({ id, user, content, created_on: createdAt, updated_on: changedAt }: Said): ThreadComment {
  const author = user ? actorOf(user) : NOBODY;
  return {
    id: String(id),
    author,
    body: fromBitbucket(content?.raw),
    createdAt,
    ...editedAt(createdAt, changedLater(createdAt, changedAt)),
  };
}

/** By the marker and by us, since anybody can copy a marker. An empty author stands for one that we do not know. */
function isOurs({ content, user, deleted }: Listed, marker: string, author: string): boolean {
  if (deleted || !content?.raw?.includes(marker)) return false;
  return author === "" || user?.uuid === author;
}
