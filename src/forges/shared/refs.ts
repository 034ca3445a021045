import type { Actor, PushEvent, RefAction, Repo, TagEvent } from "../../core/event.ts";

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

/** A push to a branch or tag by its full name and the commits before and after; undefined for any other ref. */
export function refEvent(
  about: { readonly repo: Repo; readonly actor: Actor },
  { ref, before, after }: { readonly ref: string; readonly before: string; readonly after: string },
): PushEvent | TagEvent | undefined {
  const kind = refKind(ref);
  return kind && { kind, ...about, ref, ...moveOf(before, after) };
}
