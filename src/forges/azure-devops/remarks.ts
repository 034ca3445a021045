import type { Repo } from "../../core/event.ts";
import { NOBODY } from "../../core/event.ts";
import type { ThreadComment } from "../../core/forge.ts";
import { changedLater } from "../shared/changed-later.ts";
import { editedAt, newestOf, wantedOf } from "../shared/conversation.ts";
import type { Sought } from "./discussions.ts";
import { textOf } from "./html.ts";
import type { Line } from "./line.ts";
import { at, workItemPath } from "./place.ts";
import { Anything, Comment, Comments, Remarks } from "./replies.ts";
import { actorOf } from "./translate.ts";

/** Comments were released in no version: 7.1 and later have the fourth preview, those before the third. */
const previewOf = (version: string) => (Number(version) >= 7.1 ? "-preview.4" : "-preview.3");

/** The most that a page hands out. */
const PAGE_SIZE = "200";

/** Comments on work items. Their text is HTML. */
export function remarks(line: Line) {
  const preview = previewOf(line.version);
  return {
    async find(repo: Repo, number: number, { marker, author }: Sought, signal?: AbortSignal) {
      const path = `${workItemPath(repo, number)}/comments`;
      let next: string | undefined;
      do {
        const query = { $top: PAGE_SIZE, ...(next === undefined ? {} : { continuationToken: next }) };
        const page = await line.ask({ path, query, preview, reply: Comments, signal });
        const ours = page.comments.find(
          ({ text, createdBy }) => text?.includes(marker) && createdBy?.id.toLowerCase() === author,
        );
        if (ours !== undefined) return String(ours.id);
        next = page.continuationToken ?? undefined;
      } while (next !== undefined);
      return undefined;
    },

    /** What was said, newest first on the way, so that one page is enough. */
    async newest(repo: Repo, number: number, limit: number, signal?: AbortSignal): Promise<ThreadComment[]> {
      const most = wantedOf({ limit });
      if (most === 0) return [];
      const path = `${workItemPath(repo, number)}/comments`;
      const query = { $top: String(most), order: "desc" };
      const { comments } = await line.ask({ path, query, preview, reply: Remarks, signal });
      const said = comments.filter(({ isDeleted }) => !isDeleted).reverse();
      return newestOf(
        said.map(({ id, text, createdBy, createdDate, modifiedDate }) => ({
          id: `${number}/${id}`,
          author: createdBy ? actorOf(createdBy) : NOBODY,
          body: textOf(text ?? ""),
          createdAt: createdDate,
          ...editedAt(createdDate, changedLater(createdDate, modifiedDate)),
        })),
        { limit },
      );
    },

    async edit(repo: Repo, number: number, id: string, text: string, signal?: AbortSignal) {
      const path = `${workItemPath(repo, number)}${at`/comments/${id}`}`;
      await line.ask({ method: "PATCH", path, body: { text }, preview, reply: Anything, signal });
    },

    async create(repo: Repo, number: number, text: string, signal?: AbortSignal) {
      const path = `${workItemPath(repo, number)}/comments`;
      const { id } = await line.ask({
        method: "POST",
        path,
        body: { text },
        preview,
        reply: Comment,
        signal,
      });
      return String(id);
    },
  };
}
