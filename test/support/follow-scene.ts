import type { Automation } from "../../src/core/automation.ts";
import type { PullRequest } from "../../src/core/event.ts";
import type { NewRun, RunFacts, RunMove } from "../../src/core/run.ts";
import type { Store } from "../../src/core/store.ts";
import { endRun } from "../../src/core/run-steps.ts";
import { fakeForge } from "./fake-forge.ts";
import { scene } from "./match-scene.ts";
import {
  agentAutomation,
  alice,
  checkEvent,
  commentEvent,
  issue,
  newRun,
  PULL_REQUEST,
  pullRequest,
  repo,
  reviewEvent,
  SHA,
} from "./samples.ts";

export const mallory = { id: "6", login: "mallory" };
export const robot = { id: "77", login: "review[bot]" };
export const BRANCH = "forgehand/coding-agent/7-fix-it";
export const ours = (change: Partial<PullRequest> = {}) =>
  pullRequest({ source: { branch: BRANCH, repo: repo.fullName }, ...change });
const on = { pullRequest: pullRequest({ headSha: undefined }), issue: undefined };
export const said = (id: string, body = "Shorter, @forgehand", actor = alice) =>
  commentEvent(body, { ...on, actor, comment: { id, body } });
export const onIssue = (id: string, body = "With tabs, @forgehand", actor = alice) =>
  commentEvent(body, { actor, comment: { id, body } });
export const failed = (name = "build", sha = SHA) =>
  checkEvent(name, "failure", { check: { name, state: "failure", sha }, pullRequest: ours() });
export const review = (id: string, actor = alice) =>
  reviewEvent("changes_requested", {
    actor,
    review: { id, state: "changes_requested", body: "Not so." },
    pullRequest: ours(),
  });

/** A pull request of a run from issue 7 that succeeded, unless a test says otherwise. */
export async function opened(
  { store }: { store: Store },
  {
    automations = [agentAutomation()],
    made = {},
    facts = {},
    shown = ours(),
    requiredChecks,
  }: {
    automations?: readonly Automation[];
    made?: Partial<NewRun>;
    facts?: RunFacts;
    shown?: PullRequest;
    requiredChecks?: readonly string[];
  } = {},
) {
  const at = await scene(
    automations,
    store,
    undefined,
    undefined,
    fakeForge(requiredChecks === undefined ? {} : { requiredChecks }),
  );
  at.forge.pullRequests.push(shown);
  at.forge.issues.push(issue());
  const change = store.change.bind(store);
  const { run } = await change((transaction) => transaction.addRun(newRun(made)));
  const end = (id: number, move: RunMove = "succeed", ended: RunFacts = {}) =>
    change(async (transaction) => {
      if (move !== "cancel") await transaction.moveRun(id, "start");
      return endRun(transaction, id, move, ended);
    });
  const pushed = { branch: BRANCH, pushedSha: SHA, pullRequest: { number: 8, url: "" } };
  await end(run.id, "succeed", { ...pushed, ...facts });
  const answer = () => store.answer({ forge: "github", repo: "42", thread: PULL_REQUEST });
  return { ...at, end, answer };
}
