import type { ThreadComment } from "../../core/forge.ts";

/** Comments that the port hands out at most. */
const MOST = 200;

/** How many comments are asked for: what the caller wants, and no more than the port allows. */
export function wantedOf({ limit }: { readonly limit: number }): number {
  return Math.max(0, Math.min(Math.trunc(limit), MOST));
}

/** The newest of some comments, oldest first. Those of one moment stay in the order in which they are given. */
export function newestOf(
  comments: readonly ThreadComment[],
  options: { readonly limit: number },
): ThreadComment[] {
  const wanted = wantedOf(options);
  const sorted = comments.toSorted((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
  return wanted === 0 ? [] : sorted.slice(-wanted);
}

/** When a comment was changed last, where its times differ. */
export function editedAt(createdAt: Date, updatedAt: Date | null | undefined): { editedAt?: Date } {
  return updatedAt && updatedAt.getTime() > createdAt.getTime() ? { editedAt: updatedAt } : {};
}
