import type { Repo } from "../../core/event.ts";
import { NOBODY } from "../../core/event.ts";
import type { ThreadComment } from "../../core/forge.ts";
import { changedLater } from "../shared/changed-later.ts";
import { editedAt, newestOf } from "../shared/conversation.ts";
import type { Line } from "./line.ts";
import { at, pullRequestPath } from "./place.ts";
import { Anything, Discussions, Thread, Threads } from "./replies.ts";
import { actorOf } from "./translate.ts";

/** A comment that we look for: by the marker and by us, since anybody can copy a marker. */
export interface Sought {
  readonly marker: string;
  /** Id of the author. */
  readonly author: string;
}

/**
 * Comments on pull requests: each begins a discussion of its own. A discussion that is active blocks completion where
 * a policy wants all to be resolved, so that ours is closed from the start. An id is that of the discussion, a slash
 * and that of the comment in it.
 */
export function discussions(line: Line) {
  return {
    async find(repo: Repo, number: number, { marker, author }: Sought, signal?: AbortSignal) {
      const path = `${pullRequestPath(repo, number)}/threads`;
      const { value } = await line.ask({ path, reply: Threads, signal });
      for (const { id, isDeleted, comments } of value) {
        const ours = comments?.find(
          (one) => !one.isDeleted && one.content?.includes(marker) && one.author?.id.toLowerCase() === author,
        );
        if (!isDeleted && ours !== undefined) return `${id}/${ours.id}`;
      }
      return undefined;
    },

    /** What people said, in all discussions. Votes, pushes and the like are noted there by the forge, and left out. */
    async newest(repo: Repo, number: number, limit: number, signal?: AbortSignal): Promise<ThreadComment[]> {
      const path = `${pullRequestPath(repo, number)}/threads`;
      const { value } = await line.ask({ path, reply: Discussions, signal });
      const said = value.flatMap(({ id: thread, isDeleted, comments }) =>
        isDeleted
          ? []
          : (comments ?? []).flatMap((one): ThreadComment[] => {
              const { id, isDeleted: gone, commentType: type, author, content, publishedDate: at } = one;
              if (gone || (typeof type === "string" && type !== "text")) return [];
              return [
                {
                  id: `${number}/${thread}/${id}`,
                  author: author ? actorOf(author) : NOBODY,
                  body: content ?? "",
                  createdAt: at,
                  ...editedAt(at, changedLater(at, one.lastContentUpdatedDate)),
                },
              ];
            }),
      );
      return newestOf(said, { limit });
    },

    async edit(repo: Repo, number: number, id: string, content: string, signal?: AbortSignal) {
      const [thread = "", comment = ""] = id.split("/");
      const path = `${pullRequestPath(repo, number)}${at`/threads/${thread}/comments/${comment}`}`;
      await line.ask({ method: "PATCH", path, body: { content }, reply: Anything, signal });
    },

    async create(repo: Repo, number: number, content: string, signal?: AbortSignal) {
      const body = { status: "closed", comments: [{ parentCommentId: 0, content, commentType: "text" }] };
      const path = `${pullRequestPath(repo, number)}/threads`;
      const { id, comments } = await line.ask({ method: "POST", path, body, reply: Thread, signal });
      return `${id}/${comments?.[0]?.id ?? 1}`;
    },
  };
}
