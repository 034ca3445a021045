import { shaOf } from "../core/event.ts";
import type { Claim } from "../core/job.ts";
import type { Question } from "./question.ts";

/**
 * Whether a pull request event tells of a head that is not the newest any more. Deliveries come late and in any order;
 * the forge is asked only where a run on another head is active, which this one would cancel.
 */
export async function isStale(question: Question, claim: Claim): Promise<boolean> {
  const { event, automation, store, forge, signal } = question;
  const sha = shaOf(event);
  if (event.kind !== "pull_request" || sha === undefined || automation.concurrency !== "newest") return false;
  const { number } = event.pullRequest;
  const thread = { kind: "pull_request", number } as const;
  const active = await store.write(claim, (transaction) =>
    transaction.activeRuns({ automation: automation.name, forge: forge.name, repo: event.repo.id, thread }),
  );
  if (active === "lost" || !active.some((run) => run.sha !== undefined && run.sha !== sha)) return false;
  const now = await forge.pullRequest(event.repo, number, signal);
  return now.headSha !== undefined && now.headSha !== sha;
}
