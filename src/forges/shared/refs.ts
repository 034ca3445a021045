import type { Actor, PushEvent, Repo, TagEvent } from "../../core/event.ts";

/** Stands for "no commit": before a ref was made, and after it was deleted. */
const ZEROS = /^0+$/;

/** A push to a branch or tag by its full name and the commits before and after; undefined for any other ref. */
export function refEvent(
  about: { readonly repo: Repo; readonly actor: Actor },
  { ref, before, after }: { readonly ref: string; readonly before: string; readonly after: string },
): PushEvent | TagEvent | undefined {
  const kind = kindOf(ref);
  if (kind === undefined) return undefined;
  const created = ZEROS.test(before);
  const deleted = ZEROS.test(after);
  return {
    kind,
    action: deleted ? "deleted" : created ? "created" : "updated",
    ...about,
    ref,
    ...(created ? {} : { before }),
    ...(deleted ? {} : { after }),
  };
}

function kindOf(ref: string): "push" | "tag" | undefined {
  if (ref.startsWith("refs/heads/")) return "push";
  return ref.startsWith("refs/tags/") ? "tag" : undefined;
}
