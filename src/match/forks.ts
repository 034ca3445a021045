import type { ForgeEvent } from "../core/event.ts";
import { shaOf, threadOf } from "../core/event.ts";
import { isOwnCheck, pullRequestOf } from "../core/own-code.ts";
import type { Approval, Wait } from "../core/store.ts";
import type { Question } from "./question.ts";

/** What the guard of forks says of an event. */
export type Passage =
  /** The code is the repository's own, or may run as a stranger's. */
  | { readonly kind: "free" }
  /** Somebody said that exactly this head may run. */
  | { readonly kind: "approved"; readonly approval: Approval }
  | { readonly kind: "waits"; readonly wait: Wait }
  | { readonly kind: "barred"; readonly reason: string };

/** What the guard has to know. */
type ForkQuestion = Omit<Question, "changedPaths" | "refs" | "groupOf">;

const FREE: Passage = { kind: "free" };
const barred = (reason: string): Passage => ({ kind: "barred", reason });

/**
 * The one guard for the code of forks, whatever kind of event leads to it. The forge is asked where the event leaves
 * open whose code it is, and always for the head that an approval has to name.
 */
export async function guardForks(question: ForkQuestion, event: ForgeEvent): Promise<Passage> {
  const { automation, forge, store, signal, delivery } = question;
  const { forks } = automation;
  const told = pullRequestOf(event);
  if (told === undefined) return event.kind === "check" ? guardCheck(question, event) : FREE;
  const pullRequest =
    told.fork === undefined || (told.fork && forks === "approve")
      ? { ...told, ...(await forge.pullRequest(event.repo, told.number, signal, told)) }
      : told;
  // Where even the forge cannot tell, the code runs as a stranger's: without secrets.
  if (pullRequest.fork !== true || forks === "run") return FREE;
  if (forks === "ignore")
    return barred("The pull request comes from a fork: someone else's code is not run.");
  const sha = pullRequest.headSha;
  const thread = threadOf(event);
  if (sha === undefined || thread === undefined) {
    return barred("The forge does not name the head of this pull request, so nobody could approve it.");
  }
  const named = shaOf(event);
  if (named !== undefined && named !== sha) return barred("The pull request has a newer head already.");
  const key = { automation: automation.name, forge: forge.name, repo: event.repo.id, thread, sha };
  const approval = await store.approval(key);
  if (approval !== undefined) return { kind: "approved", approval };
  return { kind: "waits", wait: { ...key, repoName: event.repo.fullName, delivery } };
}

/** A check may be one of a fork's commit, and yet name no pull request: GitHub lists none of other repositories. */
async function guardCheck(
  { automation, forge, store, signal }: ForkQuestion,
  event: Extract<ForgeEvent, { kind: "check" }>,
): Promise<Passage> {
  if (automation.forks === "run") return FREE;
  if ((await store.runThatPushed(forge.name, event.repo.id, event.check.sha)) !== undefined) return FREE;
  if (await isOwnCheck(event, forge, signal)) return FREE;
  return barred("No branch of the repository itself is at that commit, so it may be a fork's.");
}
