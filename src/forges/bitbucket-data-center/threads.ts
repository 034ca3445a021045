import { ForgehandError } from "../../core/errors.ts";
import type { Repo, Thread } from "../../core/event.ts";
import { NOBODY, threadName } from "../../core/event.ts";
import type { Forge, ThreadComment } from "../../core/forge.ts";
import { changedLater } from "../shared/changed-later.ts";
import { editedAt, newestOf, wantedOf } from "../shared/conversation.ts";
import { isGone } from "../shared/refusals.ts";
import { apiPath } from "./addresses.ts";
import { isConflict } from "./errors.ts";
import type { Line } from "./line.ts";
import { fromBitbucket, toBitbucket } from "./marker.ts";
import type { Said } from "./replies.ts";
import { Activities, Comment, Conversation } from "./replies.ts";
import { actorOf } from "./translate.ts";

/** Edits that somebody else's edit may spoil before we give up. */
const EDIT_TRIES = 3;

/** Pages of what happened that are read for a conversation: its newest words may answer an old comment. */
const MOST_PAGES = 10;

/** What is said on pull requests. Labels there are none, of issues neither. */
export function threads(line: Line, self: Forge["self"]) {
  /** Edit a comment of ours; false where it is gone or somebody else's, which only its author may change. */
  async function edit(path: string, text: string, signal?: AbortSignal): Promise<boolean> {
    const { login } = await self(signal);
    for (let tries = 1; ; tries += 1) {
      try {
        const { version, text: shown, author } = await line.ask({ path, reply: Comment, signal });
        if (author?.name !== login) return false;
        if (shown !== text) {
          await line.ask({ method: "PUT", path, body: { text, version }, reply: Comment, signal });
        }
        return true;
      } catch (error) {
        if (isGone(error)) return false;
        if (!isConflict(error) || tries === EDIT_TRIES) throw error;
      }
    }
  }

  /** Our comment among all that happened: by the marker and by us, since anybody can copy a marker. */
  async function find(
    pullRequest: string,
    marker: string,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    const { login } = await self(signal);
    const call = { path: `${pullRequest}/activities`, reply: Activities, signal };
    for await (const { values } of line.pages(call)) {
      for (const { action, comment } of values) {
        if (action !== "COMMENTED" || comment?.author?.name !== login) continue;
        if (fromBitbucket(comment.text ?? "").includes(marker)) return String(comment.id);
      }
    }
    return undefined;
  }

  return {
    async upsertComment(repo, thread, { id, marker, body }, signal) {
      const text = toBitbucket(body, marker);
      const pullRequest = pathOf(repo, thread);
      const comments = `${pullRequest}/comments`;
      if (id !== undefined && (await edit(`${comments}/${id}`, text, signal))) return { id };
      const found = await find(pullRequest, marker, signal);
      if (found !== undefined && (await edit(`${comments}/${found}`, text, signal))) return { id: found };
      const created = await line.ask({
        method: "POST",
        path: comments,
        body: { text },
        reply: Comment,
        signal,
      });
      return { id: String(created.id) };
    },

    changeLabels: () => Promise.resolve("unsupported"),

    issue: () => Promise.resolve("unsupported"),

    /** Comments on lines and answers too. What only its author sees so far is left out. */
    async conversation(repo, thread, options, signal) {
      const found = new Map<string, ThreadComment>();
      if (wantedOf(options) === 0) return [];
      const call = { path: `${pathOf(repo, thread)}/activities`, reply: Conversation, signal };
      let pages = 0;
      for await (const { values } of line.pages(call)) {
        for (const { action, comment } of values) {
          if (action !== "COMMENTED" || !comment) continue;
          for (const one of withAnswers(comment)) found.set(String(one.id), saidOf(one));
        }
        pages += 1;
        if (pages === MOST_PAGES) break;
      }
      return newestOf([...found.values()].reverse(), options);
    },
  } satisfies Partial<Forge>;
}

/** A comment and all that was answered to it, but for what is not sent yet. */
function withAnswers(comment: Said): Said[] {
  const all = [comment, ...(comment.comments ?? []).flatMap(withAnswers)];
  return all.filter(({ state }) => state !== "PENDING");
}

function saidOf({ id, text, author, createdDate: createdAt, updatedDate: changedAt }: Said): ThreadComment {
  return {
    id: String(id),
    author: author ? actorOf(author) : NOBODY,
    body: fromBitbucket(text ?? ""),
    createdAt,
    ...editedAt(createdAt, changedLater(createdAt, changedAt)),
  };
}

function pathOf(repo: Repo, thread: Thread): string {
  if (thread.kind === "pull_request") {
    return `api/latest/${apiPath(repo)}/pull-requests/${thread.number}`;
  }
  const message = `${threadName(thread)} cannot be commented: Bitbucket Data Center has no issues.`;
  throw new ForgehandError("FORGE_REFUSED", message);
}
