import type { ReviewState } from "../../core/event.ts";
import type { PullRequestPayload, Reviewer } from "./payloads.ts";

/** What is said of a pull request by the votes, and of one that was taken back. */
export type Vote =
  | { readonly kind: "vote"; readonly state: ReviewState; readonly reviewer: Reviewer }
  | { readonly kind: "reset" }
  | { readonly kind: "ambiguous" };

/**
 * How the sentence of a vote goes on after the name of who cast it. The rest of a delivery is the same for votes, pushes and
 * new reviewers. Source: runatlantis/atlantis, which tells them apart by these words.
 */
const WORDS: readonly (readonly [string, ReviewState | undefined])[] = [
  ["has approved", "approved"],
  ["has approved and left suggestions on", "approved"],
  ["is waiting for the author on", "changes_requested"],
  ["rejected", "changes_requested"],
  ["has rejected", "changes_requested"],
  ["voted on", undefined],
];

/**
 * The vote that an update of a pull request tells of; undefined where it is about something else. Whoever votes becomes a
 * reviewer and begins the sentence with a name that is free to choose: where more than one reviewer fits, nobody can tell
 * who it was. Groups cast no votes.
 */
export function voteIn({ message, resource }: PullRequestPayload): Vote | undefined {
  const said = message?.text ?? "";
  const people = (resource.reviewers ?? []).filter(
    ({ isContainer, displayName }) => isContainer !== true && displayName,
  );
  const about = `pull request ${resource.pullRequestId}`;
  const fitting = people.flatMap((reviewer) => {
    const words = WORDS.find(([word]) => begins(said, `${reviewer.displayName ?? ""} ${word} ${about}`));
    return words === undefined ? [] : [{ reviewer, state: words[1] }];
  });
  const [vote, ...others] = fitting;
  if (vote === undefined) return undefined;
  if (others.length > 0) return { kind: "ambiguous" };
  const { reviewer, state } = vote;
  return state === undefined ? { kind: "reset" } : { kind: "vote", state, reviewer };
}

/** Whether a sentence begins with a text, whose number ends there. */
function begins(said: string, text: string): boolean {
  return said.startsWith(text) && !/^\d/.test(said.slice(text.length, text.length + 1));
}
