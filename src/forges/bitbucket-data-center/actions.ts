import type { PullRequestAction } from "../../core/event.ts";
import type { ModifiedPayload } from "./payloads.ts";

/** What Bitbucket calls the happenings of a pull request that are one action, and what we call them. */
export const ACTIONS = {
  "pr:opened": "opened",
  "pr:from_ref_updated": "updated",
  "pr:merged": "merged",
  "pr:declined": "closed",
  "pr:deleted": "closed",
} as const satisfies Record<string, PullRequestAction>;

/** What an edit changed, in the order in which it is told; nothing where all is as before. */
export function editSteps({ pullRequest, ...before }: ModifiedPayload): PullRequestAction[] {
  const { title, description, toRef, draft } = pullRequest;
  const { previousTitle, previousDescription, previousTarget, previousDraft } = before;
  const wasDraft = previousDraft ?? draft ?? false;
  const isDraft = draft ?? false;
  // Versions that tell nothing of before still tell that somebody edited.
  const tells = "previousTitle" in before || "previousDescription" in before || "previousTarget" in before;
  const edited =
    !tells ||
    (previousTitle ?? title) !== title ||
    (previousDescription ?? "") !== (description ?? "") ||
    (previousTarget?.id ?? toRef.id) !== toRef.id;
  return [
    ...(isDraft === wasDraft ? [] : [isDraft ? ("draft" as const) : ("ready" as const)]),
    ...(edited ? (["edited"] as const) : []),
  ];
}
