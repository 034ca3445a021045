import { threadKey } from "../core/event.ts";
import type { RunFacts } from "../core/run.ts";
import type { Attempt } from "./attempt-tools.ts";
import type { Start } from "./checkout.ts";
import { checkOut } from "./checkout.ts";
import type { Ending } from "./ending.ts";
import { over } from "./ending.ts";
import { note } from "./note.ts";
import type { PublishTools } from "./publish.ts";
import { publish, show } from "./publish.ts";
import { work } from "./work.ts";
import type { Workspace } from "./workspace.ts";

/** Earlier runs of an automation in a repository that are looked at for a branch to go on with: as many as are listed. */
const MOST_EARLIER = 200;

/**
 * Prepare the workspace, execute the command and publish what it did. What an attempt before has pushed stays as it is:
 * its statuses stand on that commit, so all that is left to do is to show it. Throws what cut it short.
 */
export async function attempt(given: Attempt): Promise<Ending> {
  const { run, watch, forge, workspace } = given;
  const { branch, pushedSha } = run;
  if (branch !== undefined && pushedSha !== undefined) {
    given.output.say(`an attempt before this one has pushed ${pushedSha} to ${branch}`);
    await watch.look();
    const base = given.automation.proposal.base ?? (await forge.defaultBranch(run.repo, watch.signal));
    return succeeded(await show(toolsOf(given), run, { workspace, branch, base }));
  }
  const worked = await work(given, (into) => prepare(given, into), toolsOf(given));
  if (worked.failed !== undefined) return worked.failed;
  await watch.look();
  const { start, told } = worked;
  if (start?.publish === undefined) return over("succeed", "", { ...told.facts, exitCode: 0 });
  const { sha, publish: to } = start;
  const facts = await publish(toolsOf(given), run, { ...told, workspace: worked.workspace, start: sha, to });
  if (facts.pullRequest === undefined && told.denied !== undefined) {
    return over("fail", told.denied, { ...told.facts, exitCode: 0 });
  }
  return succeeded({ ...told.facts, ...facts });
}

/** Only a command that ended with exit code 0 comes to be published. */
const succeeded = (facts: RunFacts): Ending => over("succeed", facts.reason ?? "", { ...facts, exitCode: 0 });

const toolsOf = (given: Attempt): PublishTools => ({
  proposal: given.automation.proposal,
  commits: given.automation.commits,
  git: given.git,
  guard: given.guard,
  forge: given.forge,
  signal: given.watch.signal,
  runUrl: given.url,
  redact: given.redact,
  say: (sentence) => given.output.say(sentence),
  note: (known) => note(given, known),
});

async function prepare(given: Attempt, workspace: Workspace): Promise<Start | undefined> {
  const { run, automation, forge, git, mirrors, watch, output } = given;
  if (automation.workspace === "none") return undefined;
  output.say(`fetching ${run.repo.fullName}`);
  const { patience } = given;
  const say = (sentence: string) => output.say(sentence);
  const tools = { ...pastOf(given), git, mirrors, forge, signal: watch.signal, patience, say };
  const start = await checkOut(tools, run, workspace);
  output.say(`checked out ${start.sha}`);
  return start;
}

/** What a checkout must know of the automation and of the runs before. */
function pastOf({ run, automation, store }: Attempt) {
  const { forge, repo } = run;
  const { proposal, commits } = automation;
  return {
    proposal,
    author: commits.author,
    isOurs: async (sha: string) => (await store.runThatPushed(forge, repo.id, sha)) !== undefined,
    earlierBranches: async () => {
      const of = { forge, repo: repo.id, automation: automation.name, limit: MOST_EARLIER };
      const key = run.thread && threadKey(run.thread);
      const earlier = (await store.runs(of)).filter(({ thread }) => thread && threadKey(thread) === key);
      return earlier.flatMap(({ branch, pushedSha }) => (branch && pushedSha ? [branch] : []));
    },
  };
}
