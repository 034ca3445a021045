import type { RefAction } from "../../core/event.ts";

const ZEROS = /^0+$/;

/** What a full ref name names; undefined for neither a branch nor a tag. */
export function refKind(ref: string): "push" | "tag" | undefined {
  if (ref.startsWith("refs/heads/")) return "push";
  return ref.startsWith("refs/tags/") ? "tag" : undefined;
}

/** How a ref moved. Zeros stand for "no commit": a new ref has them before, a deleted one after. */
export function moveOf(
  before: string,
  after: string,
): { action: RefAction; before?: string; after?: string } {
  const created = ZEROS.test(before);
  const deleted = ZEROS.test(after);
  return {
    action: deleted ? "deleted" : created ? "created" : "updated",
    ...(created ? {} : { before }),
    ...(deleted ? {} : { after }),
  };
}
