import type { CheckState, ReviewState } from "../../src/core/event.ts";
import type { ByActor, Doing } from "./doings.ts";
import { now, tell } from "./doings.ts";
import type { Account, Check, Review, State, Team, Thread } from "./state.ts";
import { nextId } from "./state.ts";

/** What people on a forge do with one another: give each other work, and judge it. Those who listen are told. */

/** Give a thread to somebody beside those who have it, or take it from them. What changes nothing is not told. */
export function assign(
  state: State,
  { thread, actor, assignee, away = false }: ByActor & { assignee: Account; away?: boolean },
): void {
  const at = thread.assignees.findIndex(({ id }) => id === assignee.id);
  if ((at === -1) === away) return;
  if (away) thread.assignees.splice(at, 1);
  else thread.assignees.push(assignee);
  thread.updatedAt = now();
  const kind = away ? "unassigned" : "assigned";
  tell(state, { kind, repository: thread.repository, actor, thread, assignee });
}

/** Ask people to review a pull request. Who was asked already stays asked. */
export function askForReview({ reviewers: known }: Thread, people: readonly Account[]): void {
  known.push(...people.filter(({ id }) => !known.some((one) => one.id === id)));
}

/** Say something of a pull request as a whole. */
export function review(
  state: State,
  { thread, actor, ...said }: ByActor & { state: ReviewState; body: string },
): Review {
  const written: Review = { id: nextId(state), author: actor, createdAt: now(), ...said };
  thread.reviews.push(written);
  thread.updatedAt = written.createdAt;
  tell(state, { kind: "reviewed", repository: thread.repository, actor, thread, review: written });
  return written;
}

/** Something else than Forgehand ends a look at a commit. */
export function check(
  state: State,
  { repository, actor, ...said }: Doing & { sha: string; name: string; state: CheckState },
): Check {
  const ended: Check = { id: nextId(state), createdAt: now(), ...said };
  repository.checks.push(ended);
  tell(state, { kind: "checked", repository, actor, check: ended });
  return ended;
}

/** Make a team of people. */
export function addTeam(state: State, name: string, members: readonly Account[]): Team {
  const team: Team = { id: nextId(state), name, members: [...members] };
  state.teams.push(team);
  return team;
}
