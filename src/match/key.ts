import type {
  CheckEvent,
  CommentEvent,
  ForgeEvent,
  IssueEvent,
  PullRequestEvent,
  ReviewEvent,
} from "../core/event.ts";
import { threadOf } from "../core/event.ts";

/**
 * What makes it the same run when the same happening is told twice (DESIGN rule 9): pull request opened, updated,
 * ready or reopened: its head; push and tag: ref and commit; command, mention and review: its id; schedule: its time;
 * by hand: the operator's id of it; what can happen again and again: the delivery that told it.
 */
export function runKey(
  automation: string,
  forge: string,
  event: ForgeEvent,
  cause: { sha: string | undefined; delivery: string },
): string {
  const place = [automation, forge, event.repo.id];
  switch (event.kind) {
    case "comment":
      return JSON.stringify(["command", ...place, event.comment.id]);
    case "review":
      return JSON.stringify(["review", ...place, event.review.id]);
    case "check":
      return JSON.stringify(["check", ...place, event.check.name, event.check.sha, cause.delivery]);
    case "schedule":
      return JSON.stringify(["schedule", ...place, event.at]);
    case "manual":
      return JSON.stringify(["manual", ...place, event.id]);
    case "push":
    case "tag":
      return JSON.stringify([event.kind, ...place, event.ref, event.after]);
    case "pull_request": {
      const head = ["opened", "updated", "ready", "reopened"].includes(event.action);
      const once = head ? ["head"] : again(event, cause.delivery);
      return JSON.stringify(["pull_request", ...place, event.pullRequest.number, cause.sha, ...once]);
    }
    case "issue": {
      const once = event.action === "opened" ? ["opened"] : again(event, cause.delivery);
      return JSON.stringify(["issue", ...place, event.issue.number, ...once]);
    }
  }
}

/** What can happen again and again: by its delivery, which may tell of several labels or people. */
function again({ action, label, assignee }: IssueEvent | PullRequestEvent, delivery: string): string[] {
  const what = label ?? (assignee && `${assignee.id} ${assignee.login}`);
  return [action, ...(what === undefined ? [] : [what]), delivery];
}

/** A trigger label's run: one for each generation of its request. */
export function labelKey(automation: string, forge: string, event: ForgeEvent, generation: number): string {
  return JSON.stringify(["label", automation, forge, event.repo.id, threadOf(event), generation]);
}

/** A run made again after one of ours ended badly: one for each run that it follows. */
export function retryKey(run: { key: string; id: number }): string {
  return JSON.stringify(["retry", run.key, run.id]);
}

/** A run that a comment wants to be done again: one for each automation and comment. */
export function againKey(
  automation: string,
  forge: string,
  { repo, comment }: Extract<ForgeEvent, { kind: "comment" }>,
): string {
  return JSON.stringify(["again", automation, forge, repo.id, comment.id]);
}

/**
 * A follow-up on a pull request, or on an issue whose run is under way: one for each comment and review, and one for all
 * checks of one commit, since they fail in bursts.
 */
export function followUpKey(
  automation: string,
  forge: string,
  event: CommentEvent | ReviewEvent | CheckEvent,
): string {
  const place = ["follow-up", automation, forge, event.repo.id];
  switch (event.kind) {
    case "comment":
      return JSON.stringify([...place, "comment", event.comment.id]);
    case "review":
      return JSON.stringify([...place, "review", event.review.id]);
    case "check":
      return JSON.stringify([...place, "checks", event.check.sha]);
  }
}
