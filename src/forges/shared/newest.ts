import type { ThreadComment } from "../../core/forge.ts";

/** The most comments of a conversation that are read, whatever is asked for. */
const MOST = 200;

/** Milliseconds after which a comment that differs from what was written counts as edited: forges write both times apart. */
const EDITED_AFTER = 1_000;

/** How many comments are read for a limit. */
export function mostOf(limit: number): number {
  return Math.min(Math.max(0, limit), MOST);
}

/** The newest comments, oldest first; of the same moment those with the greater number count as newer. */
export function newestOf(comments: readonly ThreadComment[], limit: number): ThreadComment[] {
  const sorted = comments.toSorted(
    (one, other) =>
      one.createdAt.getTime() - other.createdAt.getTime() ||
      one.id.localeCompare(other.id, "en", { numeric: true }),
  );
  const most = mostOf(limit);
  return most === 0 ? [] : sorted.slice(-most);
}

/** When a text was changed, by the times of the comment and of its text; absent where it never was. */
export function editedAt(written: Date, changed: Date | null | undefined): { editedAt?: Date } {
  if (!changed || changed.getTime() - written.getTime() <= EDITED_AFTER) return {};
  return { editedAt: changed };
}
