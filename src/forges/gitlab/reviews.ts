import type { ReviewEvent, ReviewState } from "../../core/event.ts";
import type { MergeRequestPayload, Reviewer } from "./payloads.ts";

type Review = ReviewEvent["review"];

/**
 * What GitLab calls an approval by one person: `approved` where it is the last that was needed, else `approval`. One that
 * is taken back is no review. Source: GitLab docs, "Webhook events", merge request events.
 */
export const APPROVALS = { approved: "approved", approval: "approved" } as const satisfies Record<
  string,
  ReviewState
>;

/**
 * What a reviewer's state means once a review is submitted; servers tell that as an update since 19.x, and before not at
 * all. Approvals come as actions of their own. Source: GitLab docs, "Webhook events", reviewer state tracking.
 */
const REVIEWER_STATES: Readonly<Record<string, ReviewState>> = {
  requested_changes: "changes_requested",
  reviewed: "commented",
};

/** The reviews that a delivery tells of: one by its action, or those whose reviewer got another state by themselves. */
export function reviewsIn(action: string, body: MergeRequestPayload): Review[] {
  const { user, changes } = body;
  if (action === "approved" || action === "approval") return [reviewOf(APPROVALS[action], body)];
  if (action !== "update") return [];
  const { previous, current } = changes?.reviewers ?? {};
  const before = new Map((previous ?? []).map((reviewer) => [reviewer.id, reviewer.state]));
  return (current ?? [])
    .filter(({ id, state }) => id && id === user.id && state !== before.get(id))
    .flatMap((reviewer) => {
      const state = stateOf(reviewer);
      return state === undefined ? [] : [reviewOf(state, body)];
    });
}

function stateOf({ state }: Reviewer): ReviewState | undefined {
  return state && Object.hasOwn(REVIEWER_STATES, state) ? REVIEWER_STATES[state] : undefined;
}

/** A review has neither a number nor words here: what was written with it comes as notes. */
function reviewOf(state: ReviewState, { user, object_attributes: request }: MergeRequestPayload): Review {
  const at = request.actioned_at ?? request.updated_at ?? request.last_commit?.id ?? "";
  const id = `${state} by ${user.id ?? user.username} at ${at}`;
  return { id, state, body: "", ...(request.url ? { url: request.url } : {}) };
}
