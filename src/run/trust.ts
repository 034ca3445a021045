import type { Automation } from "../core/automation.ts";
import type { Forge } from "../core/forge.ts";
import { isOwnCheck, pullRequestOf } from "../core/own-code.ts";
import type { Run } from "../core/run.ts";
import type { Store } from "../core/store.ts";

/** Whether a command may start on what was checked out, and whether it gets secrets; else a sentence that says why not. */
export type Trust = { readonly trusted: boolean } | { readonly barred: string };

/**
 * Whose code a run is about to execute, asked once more at the last moment: secrets are for the repository's own code
 * and for the very commit of a fork that somebody approved. `sha`: what is checked out. Not known means a stranger's.
 */
export async function trustIn(
  { event, repo, forge: name, thread, sha: wanted }: Run,
  sha: string | undefined,
  given: { automation: Automation; forge: Forge; store: Store; signal: AbortSignal },
): Promise<Trust> {
  const { automation, forge, store, signal } = given;
  const pullRequest = pullRequestOf(event);
  if (pullRequest === undefined) {
    return { trusted: event.kind !== "check" || (await isOwnCheck(event, forge, signal)) };
  }
  const { fork } =
    pullRequest.fork === undefined
      ? await forge.pullRequest(repo, pullRequest.number, signal, pullRequest)
      : pullRequest;
  if (fork === false) return { trusted: true };
  if (fork === undefined || automation.forks === "run") return { trusted: false };
  if (automation.forks === "ignore") {
    return {
      barred: "The pull request comes from a fork, and this automation does not run someone else's code.",
    };
  }
  const head = sha ?? wanted;
  const approval =
    thread === undefined || head === undefined
      ? undefined
      : await store.approval({ automation: automation.name, forge: name, repo: repo.id, thread, sha: head });
  if (approval !== undefined) return { trusted: true };
  return { barred: `Nobody approved the commit ${head ?? "(unknown)"} of the fork, so it was not run.` };
}
